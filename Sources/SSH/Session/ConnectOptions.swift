/// How a connection is made and watched over.
package struct ConnectOptions: Sendable {
    /// From the name's look-up to the accepted key; the time that the operator takes to answer is not counted.
    package var timeout: Duration = .seconds(30)
    package var hostKeys: HostKeyPolicy = .strict
    /// Asked for encrypted keys, when no other key was taken; nil to pass them over.
    package var passphrase: PassphrasePrompt?
    /// How often an idle connection is asked for a sign of life.
    package var heartbeat: Duration = .seconds(5)
    /// How many heartbeats in a row may pass without a byte from the peer. It is given up one or two heartbeats later.
    package var allowedSilences = 3

    package init() {}
}
