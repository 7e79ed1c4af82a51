package webpush

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// MaxBody is how many bytes a message may have: push services take 4,096 after encryption, of
// which 103 are its header, its end and its tag (RFC 8291, section 4).
const MaxBody = recordSize - headerSize - 1 - tagSize

const (
	recordSize = 4096
	headerSize = saltSize + 4 + 1 + keySize
	saltSize   = 16
	keySize    = 65 // a point of P-256, uncompressed
	tagSize    = 16
	authSize   = 16
)

// encrypt makes of a message what only the browser of the subscription reads.
func encrypt(to Subscription, body []byte) ([]byte, error) {
	own, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		return nil, fmt.Errorf("drawing salt: %w", err)
	}
	return encryptWith(to, body, own, salt)
}

// encryptWith is encrypt by a key and salt that must be good for this message alone.
func encryptWith(to Subscription, body []byte, own *ecdh.PrivateKey, salt []byte) ([]byte, error) {
	if len(body) > MaxBody {
		return nil, fmt.Errorf("webpush: a message of %d bytes, at most %d fit", len(body), MaxBody)
	}
	shared, err := own.ECDH(to.key)
	if err != nil {
		return nil, fmt.Errorf("agreeing on a key: %w", err)
	}
	public := own.PublicKey().Bytes()
	about := "WebPush: info\x00" + string(to.key.Bytes()) + string(public)
	secret, err := hkdf.Key(sha256.New, shared, to.auth, about, sha256.Size)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, headerSize+len(body)+1+tagSize)
	out = append(out, salt...)
	out = binary.BigEndian.AppendUint32(out, recordSize)
	out = append(append(out, keySize), public...)
	last := append(append(make([]byte, 0, len(body)+1), body...), 2) // the only record is the last
	return seal.Seal(out, nonce, last, nil), nil
}
