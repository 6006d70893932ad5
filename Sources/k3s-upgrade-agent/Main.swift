internal import AgentRuntime
internal import Glibc

@main
struct Main {
    static func main() async {
        exit(await AgentCommand.run(Array(CommandLine.arguments.dropFirst())))
    }
}
