internal import CoordinatorCommands

@main
struct Main {
    static func main() async { await CoordinatorCommand.start() }
}
