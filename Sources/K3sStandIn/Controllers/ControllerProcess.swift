@MainActor final class ControllerProcess {
    init(api: ObjectAPI, options: NodeOptions, elects: Bool) {}
    func start() {}
}
