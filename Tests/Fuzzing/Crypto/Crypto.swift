/// What `ResourceModel` uses of swift-crypto, without cryptography.
///
/// Compiling BoringSSL with sanitizers takes far longer than all that is fuzzed, and no law depends on how good a digest
/// is: here it is one that depends on the key and on every byte. The ordinary tests hold the same laws with the real one.
package struct SymmetricKey: Sendable {
    fileprivate let bytes: [UInt8]

    package init(data: [UInt8]) { bytes = data }
}

package enum SHA256 {}

package enum HMAC<Hash> {
    package static func authenticationCode(for data: [UInt8], using key: SymmetricKey) -> [UInt8] {
        var words: [UInt64] = [
            0xCBF2_9CE4_8422_2325, 0x9E37_79B9_7F4A_7C15, 0xD6E8_FEB8_6659_FD93, 0xA076_1D64_78BD_642F,
        ]
        for byte in key.bytes + data {
            for index in words.indices {
                words[index] = (words[index] ^ UInt64(byte) &+ UInt64(index)) &* 0x0000_0100_0000_01B3
                words[index] ^= words[index] >> 29
            }
        }
        return words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
    }
}
