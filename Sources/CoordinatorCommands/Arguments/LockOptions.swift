package import ArgumentParser

/// How to deal with what another start left or holds.
package struct LockOptions: ParsableArguments {
    @Flag(help: "Succeed another coordinator that is still alive.") package var takeOver = false
    @Flag(help: "Leave an open run behind and begin another.") package var supersede = false

    package init() {}
}
