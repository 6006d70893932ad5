/// Objects as a Table: what `kubectl get` asks for when it prints for people.
enum Table {
    static func isWanted(_ request: Request) -> Bool { request.headers["accept"]?.contains("as=Table") ?? false }

    /// `full` puts whole objects into the rows; otherwise they carry metadata only.
    static func of(_ objects: [JSON], _ resource: Resource, metadata: JSON, full: Bool) -> JSON {
        let columns = TableColumns.columns(of: resource)
        let definitions = columns.map { column -> JSON in
            [
                "name": .string(column.name), "type": .string(column.type), "description": "",
                "format": column.name == "Name" ? "name" : "", "priority": .int(column.priority),
            ]
        }
        let rows = objects.map { object -> JSON in
            let part: JSON = [
                "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"],
            ]
            // A cell is never absent: the columns are counted.
            let cells = columns.map { column in
                let value = column.value(object)
                return value.isNull ? "" : value
            }
            return ["cells": .array(cells), "object": full ? object : part]
        }
        return [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
            "columnDefinitions": .array(definitions), "rows": .array(rows),
        ]
    }
}
