import OrchplanCLI

@main
struct Main {
    static func main() async {
        await Program.run()
    }
}
