import LabSupport
import SystemPackage

/// The commands of docs/runbooks/k3s-upgrade.md, as they stand there.
struct Runbook {
    struct Block {
        let id: String
        /// `any`, `server` or `node`.
        let place: String
        let text: String
    }

    let blocks: [Block]

    /// - Parameter page: the runbook's Markdown.
    init(page: String) {
        blocks = page.matches(of: #/```sh id=(\S+) on=(\S+)\n([\s\S]*?)\n```/#).map {
            Block(id: String($0.1), place: String($0.2), text: String($0.3))
        }
    }

    /// What a person has in the shell: the page's own variables, and then some with other values.
    func script(_ id: String, with variables: [String]) throws -> String {
        guard let block = blocks.first(where: { $0.id == id }),
            let first = blocks.first(where: { $0.id == "variables" })
        else {
            throw LabError(.commandFailed, "the runbook has no block \(id), or no variables")
        }
        return ([first.text] + variables + [block.text]).joined(separator: "\n") + "\n"
    }
}
