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
    }

    @Test func theNewestAloneIsOut() {
        var book = NonceBook(seed: 0)
        let old = book.issue(at: 0)
        let new = book.issue(at: 1)
        #expect(book.spend(old) == nil)
        #expect(book.spend(new) == 1)
    }

    @Test func whatWasNeverIssuedIsNoNonce() {
        var book = NonceBook(seed: 3)
        #expect(book.spend(Nonce(3)) == nil)
        _ = book.issue(at: 0)
        #expect(book.spend(Nonce(4)) == nil)
    }
}
