/// Which columns of a line are shown where there is no room for all of them.
enum LineWindow {
    /// The columns around `focus`, at most `room` of them with the sign at each end where something is left out.
    ///
    /// What begins near the start of the line is shown from there; else about as much stands in front as behind.
    static func around(_ focus: Range<Int>, of width: Int, room: Int, ellipsis: Int) -> Range<Int> {
        guard width > room else { return 0..<width }
        guard focus.upperBound + ellipsis + 1 > room else { return 0..<(room - ellipsis) }
        let length = min(focus.count, max(1, room - 2 * ellipsis - 6))
        let start = max(0, min(focus.lowerBound - (room - length) / 2, width - room + ellipsis))
        return start..<min(width, start + room - ellipsis)
    }
}
