internal import Clibssh
import Glibc

/// A public or private key in libssh's memory. Never changed after it is made, so it may be read from any thread.
@safe
final class NativeKey: @unchecked Sendable {
    let handle: ssh_key

    init(owning handle: ssh_key) { unsafe self.handle = unsafe handle }

    deinit { unsafe ssh_key_free(handle) }

    /// A public key as known_hosts and authorized_keys have it: its type's name and its base64.
    convenience init?(type: String, base64: String) {
        var key: ssh_key?
        let kind = unsafe ssh_key_type_from_name(type)
        guard kind != SSH_KEYTYPE_UNKNOWN,
            unsafe ssh_pki_import_pubkey_base64(base64, kind, &key) == SSH_OK, let key = unsafe key
        else { return nil }
        unsafe self.init(owning: key)
    }

    /// The public part of the key in a private key's file: from the `.pub` file beside it, or from the file itself,
    /// which in OpenSSH's format carries it in the clear, or is a public key's.
    convenience init?(publicPartOf file: String) {
        var key: ssh_key?
        guard
            unsafe ssh_pki_import_pubkey_file(file + ".pub", &key) == SSH_OK
                || ssh_pki_import_pubkey_file(file, &key) == SSH_OK, let key = unsafe key
        else { return nil }
        unsafe self.init(owning: key)
    }

    /// What reading a private key file came to.
    enum Loaded: Sendable {
        case key(NativeKey)
        /// It is encrypted, and no passphrase was given.
        case locked
        /// It is no key that libssh can use, or the passphrase is wrong.
        case unusable
    }

    /// Reads a private key. An encrypted one takes some 100 ms of computing, so this is no call for the loop's thread.
    static func load(privateKeyFile path: String, passphrase: String?) -> Loaded {
        var key: ssh_key?
        var wasAsked = false
        let result = unsafe withUnsafeMutablePointer(to: &wasAsked) { asked in
            unsafe ssh_pki_import_privkey_file(
                path, passphrase,
                { _, _, _, _, _, asked in
                    unsafe asked?.assumingMemoryBound(to: Bool.self).pointee = true
                    return -1
                }, asked, &key)
        }
        if result == SSH_OK, let key = unsafe key { return unsafe .key(NativeKey(owning: key)) }
        return wasAsked ? .locked : .unusable
    }

    /// The name of the type, such as `ssh-ed25519`.
    var type: String {
        let kind = unsafe ssh_key_type(handle)
        guard let name = unsafe ssh_key_type_to_char(kind) else { return "unknown" }
        return unsafe String(cString: name)
    }

    /// `SHA256:` and the unpadded base64, as `ssh-keygen -l` shows it.
    var fingerprint: String {
        var hash: UnsafeMutablePointer<UInt8>?
        var length = 0
        guard unsafe ssh_get_publickey_hash(handle, SSH_PUBLICKEY_HASH_SHA256, &hash, &length) == SSH_OK else {
            return "SHA256:?"
        }
        defer { unsafe ssh_clean_pubkey_hash(&hash) }
        guard let text = unsafe ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length) else {
            return "SHA256:?"
        }
        defer { unsafe ssh_string_free_char(text) }
        return unsafe String(cString: text)
    }

    /// The public part in base64; nil if libssh can't export it.
    var base64: String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe ssh_pki_export_pubkey_base64(handle, &text) == SSH_OK, let text = unsafe text else { return nil }
        defer { unsafe ssh_string_free_char(text) }
        return unsafe String(cString: text)
    }

    /// Whether both have the same public part.
    func isSamePublicKey(as other: NativeKey) -> Bool {
        unsafe ssh_key_cmp(handle, other.handle, SSH_KEY_CMP_PUBLIC) == 0
    }
}
