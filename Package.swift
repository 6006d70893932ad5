// swift-tools-version: 6.2

import PackageDescription

/// One configuration for every target: the language of the whole project is the same everywhere.
let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
]

let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
    name: "k3s-upgrade",
    products: [
        .executable(name: "coordinator", targets: ["coordinator"]),
        .executable(name: "k3s-upgrade-agent", targets: ["k3s-upgrade-agent"]),
        .executable(name: "k3s-standin", targets: ["k3s-standin"]),
        .library(name: "Fuzzing", type: .static, targets: ["Fuzzing"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        // Without its Foundation trait: full Foundation would quadruple the agent's size.
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
    ],
    targets: [
        // MARK: C libraries
        .systemLibrary(
            name: "Clibssh", pkgConfig: "libssh", providers: [.apt(["libssh-dev"]), .brew(["libssh"])]),
        .systemLibrary(
            name: "Csqlite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),

        .systemLibrary(
            name: "Clibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),

        // The C library's own: Swift's module of it leaves this header out.
        .systemLibrary(name: "Cxattr"),

        // MARK: What both sides share
        .target(name: "Hashing", dependencies: ["Clibcrypto"], swiftSettings: settings + [.strictMemorySafety()]),
        .target(name: "Wire", swiftSettings: settings),
        .target(name: "Processes", dependencies: [subprocess, systemPackage], swiftSettings: settings),

        // MARK: The pure cores
        .target(name: "CoordinatorCore", dependencies: ["Wire"], swiftSettings: settings),
        .target(name: "AgentCore", dependencies: ["Wire"], swiftSettings: settings),
        .target(name: "Simulation", dependencies: ["AgentCore", "CoordinatorCore", "Wire"], swiftSettings: settings),
        .executableTarget(
            name: "simulate",
            dependencies: ["Simulation", "Wire", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: settings),

        // MARK: The operator's machine
        .target(
            name: "SSH", dependencies: ["Clibssh"], swiftSettings: settings + [.strictMemorySafety()]),
        .target(
            name: "CoordinatorRuntime",
            dependencies: [
                "CoordinatorCore", "SSH", "Wire", "Hashing", "Processes", systemPackage,
                .product(name: "Logging", package: "swift-log"), .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings),
        .target(
            name: "CoordinatorCommands",
            dependencies: [
                "CoordinatorCore", "CoordinatorRuntime", "SSH", "Wire", systemPackage,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .executableTarget(name: "coordinator", dependencies: ["CoordinatorCommands"], swiftSettings: settings),

        // MARK: The node
        .target(
            name: "AgentRuntime",
            dependencies: ["AgentCore", "Csqlite", "Cxattr", "Hashing", "Processes", "Wire", systemPackage],
            resources: [.embedInCode("Installation/Files")],
            swiftSettings: settings),
        .executableTarget(name: "k3s-upgrade-agent", dependencies: ["AgentRuntime"], swiftSettings: settings),

        // MARK: The lab
        .target(
            name: "K3sStandIn",
            dependencies: [
                "Csqlite", "Hashing",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .executableTarget(name: "k3s-standin", dependencies: ["K3sStandIn"], swiftSettings: settings),
        .target(name: "LabSupport", dependencies: [subprocess, systemPackage], swiftSettings: settings),

        // MARK: What reads bytes from outside
        .target(
            name: "Fuzzing",
            dependencies: [
                "AgentCore", "AgentRuntime", "CoordinatorCore", "CoordinatorRuntime", "SSH", "Wire", systemPackage,
            ],
            swiftSettings: settings),

        // MARK: Tests
        .testTarget(name: "HashingTests", dependencies: ["Hashing"], swiftSettings: settings),
        .testTarget(name: "ProcessesTests", dependencies: ["Processes", systemPackage], swiftSettings: settings),
        .testTarget(name: "WireTests", dependencies: ["Wire"], exclude: ["Golden"], swiftSettings: settings),
        .testTarget(
            name: "CoordinatorCoreTests", dependencies: ["CoordinatorCore", "AgentCore", "Wire"],
            swiftSettings: settings),
        .testTarget(name: "AgentCoreTests", dependencies: ["AgentCore", "Wire"], swiftSettings: settings),
        .testTarget(name: "SimulationTests", dependencies: ["Simulation", "Wire"], swiftSettings: settings),
        .testTarget(name: "FuzzingTests", dependencies: ["Fuzzing"], swiftSettings: settings),
        .testTarget(name: "SSHTests", dependencies: ["SSH", subprocess, systemPackage], swiftSettings: settings),
        .testTarget(
            name: "CoordinatorRuntimeTests",
            dependencies: [
                "CoordinatorRuntime", "CoordinatorCore", "Hashing", "Processes", "SSH", "Wire", systemPackage,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CoordinatorCommandsTests",
            dependencies: [
                "CoordinatorCommands", "CoordinatorRuntime", "Wire", systemPackage,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Documents/Golden"],
            swiftSettings: settings),
        .testTarget(
            name: "AgentRuntimeTests",
            dependencies: [
                "AgentRuntime", "AgentCore", "Csqlite", "Cxattr", "Hashing", "Processes", "Wire", systemPackage,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "K3sStandInTests", dependencies: ["K3sStandIn", subprocess, systemPackage], swiftSettings: settings),
        .testTarget(
            name: "LabTests", dependencies: ["AgentCore", "LabSupport", "Wire", subprocess, systemPackage],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
