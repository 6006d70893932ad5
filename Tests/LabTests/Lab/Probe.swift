/// Commands that look at a host from elsewhere.
enum Probe {
    /// Exits with 0 if a TCP connection to port 22 is taken and greeted as OpenSSH does, within the seconds given.
    static func sshBanner(of address: String, seconds: Int = 5) -> [String] {
        [
            "timeout", "\(seconds)", "bash", "-c",
            #"exec 3<>"/dev/tcp/$0/22" && read -r banner <&3 && [[ $banner = SSH-2.0-* ]]"#, address,
        ]
    }

    /// Exits with 0 if a TCP connection to port 22 is taken at all.
    static func tcp(to address: String, seconds: Int = 5) -> [String] {
        ["timeout", "\(seconds)", "bash", "-c", #"exec 3<>"/dev/tcp/$0/22""#, address]
    }

    /// The status with which `timeout` says that the time was over.
    static let timedOut: Int32 = 124
}
