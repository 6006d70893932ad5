enum SiteCommand { static func run(_ arguments: [String]) async {} }
