/// Asks the operator for the passphrase of a private key file; nil to leave that key out.
package typealias PassphrasePrompt = @Sendable (_ file: String) async -> String?
