import Glibc

extension SSHError {
    /// A system call of this machine failed; `number` is its `errno`.
    static func system(_ call: String, _ number: Int32, wayOut: String? = nil) -> SSHError {
        let exhausted = number == EMFILE || number == ENFILE || number == ENOMEM || number == EAGAIN
        let advice = exhausted ? "raise the limit with `ulimit -n` or free memory, then try again" : "report this"
        return SSHError(.systemFailure, "\(call) failed", cause: errorText(number), wayOut: wayOut ?? advice)
    }

    /// The system's words for an error number.
    static func errorText(_ number: Int32) -> String {
        // glibc's strerror is thread-safe since 2.32 and never gives NULL.
        unsafe UntrustedText.cleaned(String(cString: strerror(number)))
    }
}
