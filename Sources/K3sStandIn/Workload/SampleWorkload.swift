enum SampleWorkload { static let objects: [JSON] = [] }
