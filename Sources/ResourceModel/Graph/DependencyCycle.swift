/// A path of resources that need each other in a circle; the first is not repeated at the end.
package struct DependencyCycle: Sendable, Hashable {
    package var path: [ResourceAddress]

    package var text: String {
        (path + path.prefix(1)).map(\.description).joined(separator: " -> ")
    }
}

extension ResourceGraph {
    /// One cycle of every knot of resources that need each other, found without recursion in linear time.
    package func cycles() -> [DependencyCycle] {
        enum Colour { case white, grey, black }
        var colours = [Colour](repeating: .white, count: resources.count)
        var found: [DependencyCycle] = []
        for root in resources.indices where colours[root] == .white {
            var path: [(node: Int, next: Int)] = [(root, 0)]
            colours[root] = .grey
            while let top = path.last {
                guard top.next < edges[top.node].count else {
                    colours[top.node] = .black
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let target = edges[top.node][top.next].to
                switch colours[target] {
                case .white:
                    colours[target] = .grey
                    path.append((target, 0))
                case .grey:
                    let start = path.firstIndex { $0.node == target } ?? 0
                    found.append(DependencyCycle(path: path[start...].map { resources[$0.node].address }))
                case .black: break
                }
            }
        }
        return found
    }
}
