/// What is wrong with the cluster's API, and until when.
struct SimulatedAPI {
    var downUntil = 0
    var slowUntil = 0
    var staleUntil = 0
}
