#!/usr/bin/env bash
# Makes the data file of a release and what it showed: builds the sandbox of that commit, drives it over
# HTTP, stops it, packs its file, and writes down what it showed before it stopped.
# Needs git, Go, curl and jq. PORT (18099) must be free.
set -euo pipefail
shopt -s inherit_errexit

release=0fb99bde
here=$(cd "$(dirname "$0")" && pwd)
root=$(git -C "$here" rev-parse --show-toplevel)
port=${PORT:-18099}
url=http://localhost:$port
work=$(mktemp -d)
pid=
trap 'if [ -n "$pid" ]; then kill "$pid" 2>/dev/null || true; fi; rm -rf "$work"' EXIT

# --- the release ---

mkdir "$work/source"
git -C "$root" archive "$release" | tar -x -C "$work/source"
(cd "$work/source" && go build -o "$work/sandbox" ./internal/cmd/sandbox)
PORT=$port SANDBOX_DIR=$work/data "$work/sandbox" >"$work/banner" 2>"$work/log" &
pid=$!
curl -sS --retry 50 --retry-delay 1 --retry-connrefused -o "$work/about" "$url/sandbox"

# --- how to ask ---

# ask METHOD PATH TOKEN [BODY [HEADER]] prints the answer and fails unless it is a success.
ask() {
  local args=(-sS --fail-with-body -X "$1" "$url$2" -H 'Content-Type: application/json')
  if [ -n "$3" ]; then args+=(-H "Authorization: Bearer $3"); fi
  if [ -n "${4:-}" ]; then args+=(-d "$4"); fi
  if [ -n "${5:-}" ]; then args+=(-H "$5"); fi
  curl "${args[@]}" || { echo "$1 $2: failed" >&2; return 1; }
}
id() { jq -er "${1:-.id}"; }
invoke() {
  local answer
  answer=$(ask POST "/2015-03-31/functions/$1/invocations" "" "$2")
  if jq -e '.errorType' <<<"$answer" >/dev/null; then echo "$1: $answer" >&2; return 1; fi
  echo "$answer"
}

echo '[]' >"$work/members"
declare -A token
# sign_in NAME EMAIL PASSWORD signs in, and notes the pair and the session for the test.
sign_in() {
  local answer
  answer=$(ask POST /v1/login "" "$(jq -n --arg e "$2" --arg p "$3" '{email: $e, password: $p}')")
  token[$1]=$(id .accessToken <<<"$answer")
  jq --argjson a "$answer" --arg e "$2" --arg p "$3" \
    '. + [{id: $a.member.id, email: $e, password: $p, accessToken: $a.accessToken, refreshToken: $a.refreshToken}]' "$work/members" >"$work/members.new"
  mv "$work/members.new" "$work/members"
}
# choose EMAIL FIRST PASSWORD has somebody choose a password and sign out, and prints the refresh token that was theirs.
choose() {
  local answer
  answer=$(ask POST /v1/login "" "$(jq -n --arg e "$1" --arg p "$2" '{email: $e, password: $p}')")
  answer=$(ask PUT /v1/me/password "$(id .accessToken <<<"$answer")" \
    "$(jq -n --arg p "$2" --arg n "$3" '{currentPassword: $p, password: $n, confirmPassword: $n}')")
  ask POST /v1/logout "" "$(jq '{refreshToken}' <<<"$answer")"
  id .refreshToken <<<"$answer"
}
device() { ask PUT "/v1/me/devices/$2" "${token[$1]}" "$3" >/dev/null; }
presence() { ask PUT /v1/me/presence "${token[$1]}" "{\"status\":\"$2\"}" >/dev/null; }
department() { ask POST /v1/departments "${token[meera]}" "{\"name\":\"$1\"}" | id; }
# member NAME ROLE DEPARTMENT... makes one whose e-mail is NAME@shoes.example.
member() {
  local name=$1 role=$2
  shift 2
  ask POST /v1/members "${token[meera]}" "$(jq -n --arg n "$name" --arg r "$role" --args \
    '{firstName: (($n[:1] | ascii_upcase) + $n[1:]), lastName: "Rao", email: "\($n)@shoes.example", role: $r,
      password: "First-Word-12", confirmPassword: "First-Word-12", departmentIds: $ARGS.positional}' "$@")" | id
}
# request ACCOUNT NAME DEPARTMENT PHONE [CHANNEL] is what the assistant sends.
request() {
  jq -n --arg a "$1" --arg n "$2" --arg d "$3" --arg p "$4" --arg c "${5:-chat}" '{
    action: "escalate", accountId: $a, requestId: "req-\($n)", interactionId: "conv-\($n)", channel: $c,
    reason: "customer_request", departmentId: $d,
    customer: {name: "Customer \($n)", phone: $p, email: "", locale: "en-IN", timeZone: "Asia/Kolkata"},
    conversation: {summary: "Summary of \($n)", intent: "return", trigger: "Can I talk to a person?",
      messages: [{at: "2026-11-22T09:28:02Z", from: "customer", text: "I am \($n), ωραία 🏕️"},
                 {from: "assistant", text: "I am sorry about that."}],
      attributes: {orderId: "4711"}},
    connect: {url: "https://chat.example.com/\($n)"}}'
}
# escalate NAME DEPARTMENT PHONE [CHANNEL] prints the answer; state is what has to come of it.
escalate() {
  local answer
  answer=$(invoke escalate "$(request "$account" "$@")")
  if [ "$(id .state <<<"$answer")" != "$state" ]; then echo "$1: $answer" >&2; return 1; fi
  echo "$answer"
}
act() { ask POST "/v1/$2" "${token[$1]}" "${3:-}" >/dev/null; } # NAME PATH [BODY]

# --- the demo account: one chat rings at Asha ---

demo=$(jq -r .accountId "$work/about")
for name in owner asha bilal chitra; do
  password=Sandbox-Agent-1
  if [ $name = owner ]; then password=Sandbox-Owner-1; fi
  sign_in $name $name@example.com $password
done
ask PATCH /v1/account "${token[owner]}" '{"ringSeconds":120}' >/dev/null
device asha ashas-phone '{"platform":"fcm","token":"asha-token"}'
presence asha online
demo_request=$(request "$demo" demo "" +919800000099 | jq 'del(.departmentId)')
demo_ringing=$(invoke escalate "$demo_request" | id .escalationId)

# --- a second account: people, departments, devices, hours ---

account=$(invoke provision '{"accountName":"Meera Shoes","timeZone":"Asia/Kolkata","owner":
  {"firstName":"Meera","lastName":"Nair","email":"meera@shoes.example","password":"Kids-Gents-34","emailProved":true}}' | id .accountId)
choose meera@shoes.example Kids-Gents-34 Ladies-Gents-56 >/dev/null
sign_in meera meera@shoes.example Ladies-Gents-56
ask PATCH /v1/account "${token[meera]}" '{"firstPassword":"keep"}' >/dev/null
ask PATCH /v1/account "${token[meera]}" '{"ringSeconds":120,"callbackDueMinutes":180,"chatCapacity":4,"holidays":["2027-01-26","2027-08-15"]}' >/dev/null

shoes=$(department Shoes)
bags=$(department Handbags)
ask PATCH "/v1/departments/$bags" "${token[meera]}" '{"name":"Bags"}' >/dev/null
closed=$(department Closed)
upper=$(department ΠΩΛΗΣΕΙΣ)
lower=$(department παραγγελίες)
kept_body='{"name":"Kept"}'
kept_answer=$(ask POST /v1/departments "${token[meera]}" "$kept_body" 'Idempotency-Key: kept-key')

anil=$(member anil admin "$upper")
member devika staff "$shoes" "$closed" >/dev/null
farhan=$(member farhan staff "$bags")
member kavya staff "$shoes" "$lower" >/dev/null
gone=$(member gone staff "$shoes")
ask DELETE "/v1/members/$gone" "${token[meera]}"
ask DELETE "/v1/departments/$closed" "${token[meera]}"
ask PATCH "/v1/members/$farhan" "${token[meera]}" '{"lastName":"Khan","capacity":{"calls":1,"chats":2}}' >/dev/null

dead=$(choose devika@shoes.example First-Word-12 Heron-Otters-21)
sign_in devika devika@shoes.example Heron-Otters-21
ask PUT /v1/me/email "${token[devika]}" '{"email":"devika@shoes.example","currentPassword":"Heron-Otters-21"}' >/dev/null
for _ in $(seq 50); do
  code=$(ask GET /sandbox/mails "" | jq -r '[.items[] | select(.code != null and .code != "")][0].code // empty')
  if [ -n "$code" ]; then break; fi
  sleep 0.2
done
ask POST /v1/me/email/confirm "${token[devika]}" "{\"code\":\"$code\"}" >/dev/null
for name in anil farhan kavya; do sign_in $name $name@shoes.example First-Word-12; done
logged_out=$(ask POST /v1/login "" '{"email":"kavya@shoes.example","password":"First-Word-12"}' | id .refreshToken)
ask POST /v1/logout "" "{\"refreshToken\":\"$logged_out\"}"

device devika devikas-phone '{"platform":"fcm","token":"devika-token"}'
device anil anils-phone '{"platform":"fcm","token":"anil-token"}'
device farhan farhans-iphone '{"platform":"apns","token":"00aa11bb","voipToken":"22cc33dd"}'
device kavya kavyas-iphone '{"platform":"apns_sandbox","token":"44ee55ff"}'
ask PATCH /v1/me "${token[farhan]}" '{"language":"hi"}' >/dev/null
ask PUT /v1/me/working-hours "${token[farhan]}" '{"timeZone":"Asia/Kolkata","entries":[{"days":
  ["mon","tue","wed","thu","fri","sat","sun"],"start":"00:00","end":"24:00"}],"exceptions":[{"date":"2027-01-01","entries":[]}]}' >/dev/null
ask PUT /v1/me/working-hours "${token[kavya]}" '{"timeZone":"Asia/Kolkata","entries":
  [{"days":["mon","tue","wed","thu","fri"],"start":"09:00","end":"17:30"},{"days":["sat"],"start":"21:00","end":"02:00"}],
  "exceptions":[{"date":"2027-03-08","entries":[{"start":"10:00","end":"12:00"}]}]}' >/dev/null

# --- callbacks, while nobody is online ---

state=callback
cb_open=$(escalate open "$shoes" +919800000001 | id .callback.id)
cb_joined=$(escalate joined-1 "$shoes" +919800000002 | id .callback.id)
escalate joined-2 "$shoes" +919800000002 call >/dev/null
cb_claimed=$(escalate claimed "$shoes" +919800000003 | id .callback.id)
cb_done=$(escalate done "$bags" +919800000004 | id .callback.id)
cb_dismissed=$(escalate dismissed "" +919800000005 | id .callback.id)
cb_nameless=$(escalate nameless "$bags" "" | id .callback.id)
act devika "callbacks/$cb_claimed/claim"
act devika "callbacks/$cb_claimed/attempts" '{"outcome":"no_answer","note":"Rang twice"}'
act devika "callbacks/$cb_claimed/attempts" '{"outcome":"busy"}'
act farhan "callbacks/$cb_done/claim"
act farhan "callbacks/$cb_done/attempts" '{"outcome":"reached"}'
act farhan "callbacks/$cb_done/complete" '{"note":"Size 8 is on its way."}'
act anil "callbacks/$cb_dismissed/claim"
act anil "callbacks/$cb_dismissed/dismiss" '{"note":"A wrong number"}'

# --- escalations ---

for name in devika farhan anil; do presence $name online; done
state=ringing
completed=$(escalate completed "$shoes" +919800000011 | id .escalationId)
act devika "escalations/$completed/accept" '{"deviceId":"devikas-phone"}'
act devika "escalations/$completed/complete" '{"outcome":"resolved","note":"Done","verdict":"right"}'
cancelled=$(escalate cancelled "$shoes" +919800000012 | id .escalationId)
invoke escalate "{\"action\":\"end\",\"accountId\":\"$account\",\"escalationId\":\"$cancelled\"}" >/dev/null
declined=$(escalate declined "$bags" +919800000013 | id .escalationId)
act farhan "escalations/$declined/decline" '{"reason":"At lunch"}'
next=$(ask GET "/v1/escalations/$declined" "${token[meera]}" | id .offer.memberId)
taker=devika
if [ "$next" = "$anil" ]; then taker=anil; fi
act $taker "escalations/$declined/accept"
act $taker "escalations/$declined/complete" '{"outcome":"hand_back","note":"Ask for the order","verdict":"assistant_should_know"}'

active=$(escalate active "$shoes" +919800000014 | id .escalationId)
act devika "escalations/$active/accept"
invoke escalate "$(jq -n --arg a "$account" --arg e "$active" '{action: "append", accountId: $a, escalationId: $e,
  messages: [{from: "agent", text: "Devika here."}, {from: "customer", text: "Added later"}]}')" >/dev/null
transfer=$(escalate transfer "$shoes" +919800000015 | id .escalationId)
act devika "escalations/$transfer/accept"
act devika "escalations/$transfer/transfer" "{\"memberId\":\"$farhan\",\"note\":\"Knows bags\"}"
drill=$(ask POST /v1/drills "${token[meera]}" "{\"channel\":\"chat\",\"memberId\":\"$anil\"}" 'Idempotency-Key: kept-drill' | id)
act anil "escalations/$drill/accept"
act anil "escalations/$drill/complete" '{"outcome":"resolved"}'
ringing=$(escalate ringing "$shoes" +919800000016 | id .escalationId)
act devika "escalations/$ringing/seen"

# --- what it shows, and its end ---

# list NAME PATH FIELDS prints a list as NAME sees it, with these fields of its items.
list() {
  ask GET "$2" "${token[$1]}" |
    jq -e --arg p "$2" 'if .nextCursor then error("too long: \($p)") else {path: $p, items: [.items[] | {'"$3"'}]} end'
}
# lists NAME prints the lists of an account as NAME sees them.
lists() {
  list "$1" '/v1/members?limit=100' 'id, firstName, lastName, email, role, departmentIds, capacity, workingHours, createdAt'
  list "$1" '/v1/departments' 'id, name, memberCount'
  list "$1" '/v1/escalations?limit=100' 'id, state, channel, reason, departmentId, customer, summary, intent, drill, callbackId, assignedTo, note, verdict, createdAt, acceptedAt, endedAt'
  for s in open claimed done dismissed; do
    list "$1" "/v1/callbacks?state=$s" 'id, state, escalationIds, departmentId, customer, summary, needsContact, claimedBy, dueAt, createdAt'
  done
  list "$1" '/v1/audit?limit=100' 'at, memberId, what, target'
}
lists owner | jq -s . >"$work/demo"
lists meera | jq -s . >"$work/second"
for name in asha anil devika farhan kavya; do
  list $name /v1/me/devices 'id, platform, working' | jq --arg e "$name" '{who: $e} + .'
done | jq -s . >"$work/devices"
for e in $active $completed $ringing; do
  ask GET "/v1/escalations/$e" "${token[meera]}" | jq '{path: "/v1/escalations/\(.id)", shows: {id, state, conversation, offer: (.offer | if . then {number, memberId, seenAt} else null end)}}'
done | jq -s . >"$work/single"
for c in $cb_claimed $cb_joined; do
  ask GET "/v1/callbacks/$c" "${token[meera]}" |
    jq '{path: "/v1/callbacks/\(.id)", shows: {id, state, attempts, conversations: [.conversations[] | {escalationId, trigger, messages}]}}'
done | jq -s . >>"$work/single"

kill "$pid"
wait "$pid"
pid=
closed_at=$(date -u +%Y-%m-%dT%H:%M:%SZ)

jq -n --arg at "$closed_at" --slurpfile members "$work/members" --slurpfile demo "$work/demo" --slurpfile second "$work/second" \
  --slurpfile devices "$work/devices" --slurpfile single "$work/single" \
  --arg dead "$dead" --arg out "$logged_out" \
  --arg keptBody "$kept_body" --argjson keptAnswer "$kept_answer" --argjson demoRequest "$demo_request" --arg demoRinging "$demo_ringing" \
  --arg ringing "$ringing" --arg active "$active" --arg transfer "$transfer" \
  --argjson again "$(for n in "ringing $ringing $shoes +919800000016" "completed $completed $shoes +919800000011"; do
    read -r name esc dep phone <<<"$n"
    jq -n --argjson r "$(request "$account" "$name" "$dep" "$phone")" --arg e "$esc" '{request: $r, escalationId: $e}'
  done | jq -s .)" \
  --argjson ids "$(jq -n --arg callbackOpen "$cb_open" --arg callbackClaimed "$cb_claimed" --arg callbackJoined "$cb_joined" \
    --arg callbackNoContact "$cb_nameless" --arg upper "$upper" --arg lower "$lower" \
    --arg gone "$gone" '$ARGS.named')" '
  {closedAt: $at, sessions: true, ids: $ids,
   members: $members[0], deadTokens: [$dead, $out],
   lists: ([$demo[0][] | {who: "owner@example.com"} + .] + [$second[0][] | {who: "meera@shoes.example"} + .]
     + [$devices[0][] | .who |= if . == "asha" then "asha@example.com" else "\(.)@shoes.example" end]),
   single: [$single[][] | {who: "meera@shoes.example"} + .],
   kept: {who: "meera@shoes.example", path: "/v1/departments", key: "kept-key", body: $keptBody, answer: $keptAnswer},
   again: ($again + [{request: $demoRequest, escalationId: $demoRinging}]),
   work: [{what: "ringing", id: $ringing, who: "devika@shoes.example", rings: true},
     {what: "active", id: $active, who: "devika@shoes.example"},
     {what: "transfer", id: $transfer, who: "farhan@shoes.example", rings: true},
     {what: "ringing in the demo account", id: $demoRinging, who: "asha@example.com", rings: true}]}' >"$here/$release.json"
(cd "$root" && go run "$here/compact.go" "$work/data/connectnow.db" "$work/$release.db")
gzip -9n <"$work/$release.db" >"$here/$release.db.gz"
ls -l "$here/$release".*
