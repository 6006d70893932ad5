// OpenSSL 3 calls these deprecated in favour of EVP, which would bring its providers, and 4 MB, into a static program.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
