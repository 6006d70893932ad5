internal import Dispatch
internal import Glibc

/// The life of a server's or agent's process: its first and its last moments, and the faults of its start.
@MainActor enum ProcessLife {
    private static var signals: [any DispatchSourceSignal] = []

    /// Logs the start, waits as long as the configuration says, and misbehaves if it says so.
    static func begin(_ options: NodeOptions) async {
        signal(SIGPIPE, SIG_IGN)
        Log.info("Starting k3s \(options.release.version) (\(options.release.commit))")
        options.log.append("start")
        if options.settings.startDelay > .zero { try? await Task.sleep(for: options.settings.startDelay) }
        if options.faults.contains(.wontStart) {
            Log.fatal("starting kubernetes: preparing server: this release does not start (fault wont-start)")
        }
        if options.faults.contains(.startHangs) {
            Log.info("Waiting for ever (fault start-hangs)")
            while true { try? await Task.sleep(for: .seconds(3600)) }
        }
    }

    /// From now on SIGTERM and SIGINT end the process in good order: the farewell, the stop delay, the log's last line.
    static func endOnSignal(_ options: NodeOptions, farewell: @escaping @MainActor () async -> Void = {}) {
        for number in [SIGTERM, SIGINT] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .main)
            source.setEventHandler {
                Task { @MainActor in
                    await farewell()
                    if options.settings.stopDelay > .zero { try? await Task.sleep(for: options.settings.stopDelay) }
                    options.log.append("stop")
                    exit(0)
                }
            }
            source.resume()
            signals.append(source)
        }
    }

    static func announceReady(_ options: NodeOptions) {
        options.log.append("ready")
        ServiceNotification.send("READY=1\n")
    }
}
