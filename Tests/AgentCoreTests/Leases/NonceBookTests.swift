import Testing
import Wire

@testable import AgentCore

@Suite struct NonceBookTests {
    @Test func eachIsTakenBackOnce() {
        var book = NonceBook(seed: 7)
        let nonce = book.issue(at: 100)
        #expect(book.spend(nonce) == 100)
        #expect(book.spend(nonce) == nil)
    }

    @Test func noTwoAreAlikeThoughTheNumbersRunOut() {
        var book = NonceBook(seed: .max - 1)
        let nonces = (0..<5).map { _ in book.issue(at: 0) }
        #expect(Set(nonces).count == 5)
        #expect(nonces.allSatisfy { book.spend($0) == 0 })
    }

    @Test func onlySoManyAreOut() {
        var book = NonceBook(seed: 0)
        let nonces = (0...NonceBook.capacity).map { book.issue(at: $0) }
        #expect(book.spend(nonces[0]) == nil)
        #expect(book.spend(nonces[1]) == 1)
        #expect(book.spend(nonces[NonceBook.capacity]) == NonceBook.capacity)
    }

    @Test func theDeadAreForgotten() {
        var book = NonceBook(seed: 0)
        let old = book.issue(at: 0)
        let young = book.issue(at: 1)
        _ = book.issue(at: Lease.longestLife)
        #expect(book.spend(old) == nil)
        #expect(book.spend(young) == 1)
    }
}
