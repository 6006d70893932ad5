extension K3sConfiguration {
    /// The proxy variables that K3s itself was given: where it fetches, so does the agent. A proxy's address may hold a
    /// password.
    var proxies: [String: Secret] {
        let names = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"]
        return environment.filter { names.contains($0.key.uppercased()) }
    }
}
