package desk

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A proof is what the push of an offer carries, so that a device without a token, such as the
// worker of a page or an app on a locked phone, can say that it arrived. It is
//
//	base64url(version, 16 bytes of a MAC, end in seconds as 4 bytes, account 0 member 0 device)
//
// and the MAC is over all the rest and the offer. Whoever had no push can make none, and what is
// made up is found out without a read.
const (
	proofVersion = 1
	proofMAC     = 16
	// proofLife is how long after the end of an offer its proof is good. The offer itself stands
	// a few seconds; the rest is for clocks.
	proofLife = time.Minute
	// proofs is the purpose of their key.
	proofs = "seen"
)

// proofTime is how long a push waits for the key of its proof. Without a proof it rings as well,
// and only a device that is signed in can say so.
const proofTime = 500 * time.Millisecond

// prove makes the proof that the push of an offer to a device carries; empty where the key
// cannot be had.
func (d *Desk) prove(ctx context.Context, acc, member, device string, n Notice) string {
	limited, cancel := context.WithTimeout(ctx, proofTime)
	defer cancel()
	key, err := d.key(limited, proofs)
	if err != nil {
		d.Log.WarnContext(ctx, "push without a proof: only a device that is signed in can say that it arrived", append(n.args(member), "error", err)...)
		return ""
	}
	end := binary.BigEndian.AppendUint32(nil, uint32(n.RingingUntil.Add(proofLife).Unix()))
	told := append(end, strings.Join([]string{acc, member, device}, "\x00")...)
	mac := macOf(key, told, n.EscalationID, n.Offer)
	return base64.RawURLEncoding.EncodeToString(slices.Concat([]byte{proofVersion}, mac, told))
}

// macOf is the MAC of a proof that tells its end and its device, for an offer.
func macOf(key, told []byte, escalation string, offer int) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte{proofVersion})
	h.Write(told)
	h.Write([]byte("\x00" + escalation + "\x00" + strconv.Itoa(offer)))
	return h.Sum(nil)[:proofMAC]
}

// SeenByProof notes that the push of an offer arrived, on the word of a device that is not
// signed in. What proves nothing, is over or rings elsewhere changes nothing and is no error: so
// nobody is told what there is.
func (d *Desk) SeenByProof(ctx context.Context, escalation string, offer int, proof string) error {
	raw, err := base64.RawURLEncoding.DecodeString(proof)
	if err != nil || len(raw) < 1+proofMAC+4 || raw[0] != proofVersion {
		return nil
	}
	key, err := d.key(ctx, proofs)
	if err != nil {
		return err
	}
	mac, told := raw[1:1+proofMAC], raw[1+proofMAC:]
	end, who := time.Unix(int64(binary.BigEndian.Uint32(told)), 0), bytes.Split(told[4:], []byte{0})
	if !hmac.Equal(mac, macOf(key, told, escalation, offer)) || len(who) != 3 || d.Now().After(end) {
		return nil
	}
	e, err := d.readEscalation(ctx, string(who[0]), escalation)
	switch {
	case IsProblem(err, "not-found"): // it was removed meanwhile
		return nil
	case err != nil:
		return err
	case !e.State.Open() || !e.offeredTo(string(who[1]), offer):
		return nil
	}
	return d.see(ctx, escalation, offer)
}
