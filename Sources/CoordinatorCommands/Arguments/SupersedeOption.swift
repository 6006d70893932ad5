internal import ArgumentParser

/// `--supersede`.
struct SupersedeOption: ParsableArguments {
    @Flag(help: "Leave an open run behind and begin another.") var supersede = false
}
