import AgentRuntime

@main struct Main { static func main() async throws { try await exp() } }
