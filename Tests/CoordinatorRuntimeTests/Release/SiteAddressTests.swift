import CoordinatorRuntime
import Testing

@Suite struct SiteAddressTests {
    @Test func encodesThePlusOfAVersion() throws {
        let base = try #require(SiteAddress("https://github.com/k3s-io/k3s/releases//"))
        #expect(
            base.appending("download", "v1.35.1+k3s1", "k3s").text
                == "https://github.com/k3s-io/k3s/releases/download/v1.35.1%2Bk3s1/k3s")
        #expect(base.appending("a/b?c").text.hasSuffix("/a%2Fb%3Fc"))
    }

    @Test(arguments: ["https://get.k3s.io", "http://[fd00::1]:8080/x", "http://10.0.0.1:80/a%20b"])
    func takes(text: String) { #expect(SiteAddress(text)?.text == text) }

    @Test(arguments: [
        "", "get.k3s.io", "ftp://x", "file:///etc/passwd", "https://", "https:///x", "https://user:secret@host/",
        "https://host/?token=x", "https://host/#f", "https://host/a b", "https://host/{a,b}", "-K/etc/passwd",
        "https://host/\n--output", "HTTPS://host",
    ])
    func refuses(text: String) { #expect(SiteAddress(text) == nil) }
}
