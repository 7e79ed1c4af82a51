# All commands of the project; `make` alone lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run pages test test-short soak soak-desk pictures fuzz lint fmt bench bench-against mutants costs sbom tz build synth bootstrap diff deploy tz-publish tz-shifts restore restore-check rotate-machine owner connect destroy

# Set on some machines for other programs, and refused by the AWS SDK beside a client of one's own.
unexport AWS_CA_BUNDLE

functions := $(notdir $(wildcard functions/*))

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | while IFS='|' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

run: ## run everything on http://localhost:8080 (PORT and SANDBOX_DIR change where)
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory pages >/dev/null; else echo 'no npm here: the API answers, and there are no pages' >&2; fi
	@if ! [ -e .cache/sandbox ]; then echo 'building the sandbox; the first time takes a minute' >&2; fi
	@go build -o .cache/sandbox ./internal/cmd/sandbox
	@exec .cache/sandbox

pages: ## build the pages, which needs Node.js with npm
	@scripts/pages

# Packages whose tests are many, those of which no test has two goroutines at one thing, and those
# that have a run of their own.
large := desk cmd/sandbox api hours
unraced := archtest fairness machine passwords phone
apart := $(addprefix internal/,$(large) $(unraced) cloud coldstart restore browser) infra
space := $(subst ,, )

# Lint has vetted all, and a test does without what debuggers read, which takes long to link.
tests := go test -vet=off -ldflags='-s -w' -shuffle=on

# There is memory enough: collecting garbage less often saves a tenth of what lint, compilers and
# tests with the detector take.
seldom := GOGC=400

test: ## the gate: make lint and all tests, with DynamoDB Local and an SQS
	@# The pages are embedded in what all else compiles, and the detector wants a C compiler.
	@{ command -v npm && command -v gcc; } >/dev/null || scripts/prepare
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory pages; fi
	@$(seldom) $(MAKE) --no-print-directory -j3 gate

# The steps of the gate. None keeps two processors busy to its end: to compile, link and test the
# desk takes one for most of it. So what is raced goes beside what is not, with which it shares no
# compilation, and each step begins when those have ended that compile the same. The browser's
# stories come last and alone, since some of them hold the pages to seconds.
.PHONY: gate prepared linted raced-short raced whole beside stories
gate: stories
prepared:
	@# What is fetched waits for the network, and nothing of it is asked for in short forms and lint.
	@scripts/prepare
	@scripts/tz-news || true
linted:
	@$(MAKE) --no-print-directory lint
raced-short:
	@# With the race detector, which takes ten times as long: large packages in their short form.
	$(tests) -race -short $(addprefix ./internal/,$(large))
raced: raced-short prepared
	@# Nothing of what does one thing after the other.
	$(tests) -race $$(go list ./... | grep -vE '/($(subst $(space),|,$(apart)))$$')
whole: linted prepared
	@# Without the detector, what was short; and infra, since the CDK works through another process,
	@# which the detector does not bear with.
	$(tests) -p 1 -timeout 20m -run "$$(go run ./internal/cmd/whole $(addprefix internal/,$(large)))" $(addprefix ./internal/,$(large))
	$(tests) -timeout 20m ./infra
beside: raced linted
	@# Those that were not raced, the cloud (verbose, because its log names the DynamoDB Local that
	@# was used), and without the detector those that pack the functions or start a program a
	@# thousand times.
	$(tests) $(addprefix ./internal/,$(unraced))
	$(tests) -race -v ./internal/cloud | grep -vE '^(=== |PASS$$)|^ *--- PASS'
	$(tests) ./internal/coldstart ./internal/restore
stories: whole beside
	$(tests) -timeout 20m ./internal/browser

test-short: ## quick tests that need nothing but Go
	@# Unshuffled, so that a package that nobody touched is not run again, and linked without
	@# what debuggers read, which takes longer than most tests. Vetting is lint's.
	CONNECTNOW_SHORT=1 $(seldom) go test -short -vet=off -ldflags='-s -w' $$(go list ./... | grep -v '/infra$$')

soak: soak-desk ## that, and what takes long in a browser: six minutes hidden, three of many customers, an hour of memory
	@scripts/prepare
	@$(MAKE) --no-print-directory pages
	SOAK=1 go test -count=1 -v -timeout 2h -run TestSoak ./internal/browser | grep -vE '^(=== |PASS$$)'

soak-desk: ## 100,000 customers while one call in twenty fails, and thousands of histories for porcupine: ten minutes
	SOAK=1 GOGC=400 nice go test -count=1 -v -timeout 2h -run TestSoak ./internal/desk | grep -vE '^(=== |PASS$$)|^ *--- PASS'

pictures: pages ## take the pictures of the README anew, which needs Chromium
	@scripts/pictures

fuzz: ## send every request decoder, and then all routes, what nobody thought of: FUZZTIME (1m) each
	@scripts/fuzz

lint: ## format, modules, spelling, vet, staticcheck, unused parameters
	@unformatted=$$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l); \
	if [ -n "$$unformatted" ]; then printf 'not formatted, run make fmt:\n%s\n' "$$unformatted" >&2; exit 1; fi
	go mod tidy -diff
	@# Lock files and NOTICE hold the words of others; -i names words of other languages that English spells otherwise.
	@git ls-files -co --exclude-standard | grep -vE '(^|/)(go\.sum|package-lock\.json|NOTICE)$$' | xargs go tool misspell -error \
		-i attendent,chambre,clientes,momento,responsable,technicien,transfere
	go vet ./...
	go tool staticcheck ./...
	go tool unparam ./...

fmt: ## format all Go files
	git ls-files -co --exclude-standard '*.go' | xargs gofmt -w

bench: ## costs and speeds: the tables of docs/numbers.md
	BENCH=1 go test ./internal/desk/... ./internal/roster ./internal/fairness -run TestBench -bench . -count=1 -v -timeout 30m
	BENCH=1 go test ./internal/api ./internal/mcp -run TestBench -count=1 -v -timeout 1h
	go test ./internal/local ./internal/cloud -run '^$$' -bench . -count=1
	BENCH=1 go test ./internal/coldstart -run TestBench -count=1 -v

bench-against: ## what people wait for beside an older commit: make bench-against REV=29bdf6a
	@scripts/bench-against $(REV)

mutants: ## put faults into the rotation, the hours and the transitions, and tell those that no test notices
	@go run ./internal/cmd/mutants $(ARGS)

tz: ## renew the product's tz database from Debian's tzdata, or from a folder, zip or package: make tz FROM=…, and print which clocks change
	@scripts/tz $(FROM)

binaries := $(functions:%=dist/%/bootstrap) dist/pushapps/bootstrap
build: $(binaries) ## build the pages, and the Lambda functions into dist/

# Always handed to go build, which knows best what is up to date. The pages come before all of
# them, since they are embedded.
.PHONY: $(binaries) embedded
embedded:
	@scripts/pages --or-keep >/dev/null
# Functions speak HTTP/1.1 alone, as the tests do: every service knows it, and DynamoDB no other
# (https://github.com/aws/aws-sdk-go/issues/2984). HTTP/2 was 0.15 MB of each zip.
# What is large and seldom or never runs is not inlined, which makes it a tenth smaller: the SDK's clients,
# the protocol of models, HTTP, and TLS but for its ciphers, with what these alone need. A start reads less of
# it and becomes no slower.
lambda := GOOS=linux GOARCH=arm64 CGO_ENABLED=0 go build -trimpath -buildvcs=false -tags lambda.norpc,nethttpomithttp2 -ldflags='-s -w' -gcflags=github.com/aws/...=-l -gcflags=github.com/modelcontextprotocol/...=-l -gcflags=github.com/google/jsonschema-go/...=-l -gcflags=github.com/segmentio/...=-l -gcflags=encoding/gob=-l -gcflags=crypto/tls=-l -gcflags=crypto/x509=-l -gcflags=crypto/ecdsa=-l -gcflags=net/...=-l -gcflags=mime/...=-l -gcflags=vendor/golang.org/x/...=-l -gcflags=golang.org/x/...=-l -gcflags=fmt=-l -gcflags=text/...=-l -gcflags=crypto/internal/fips140/edwards25519=-l -gcflags=math/big=-l -gcflags=encoding/xml=-l -gcflags=encoding/asn1=-l -gcflags=archive/zip=-l -gcflags=log/...=-l -gcflags=os=-l
$(functions:%=dist/%/bootstrap): dist/%/bootstrap: embedded
	$(lambda) -o $@ ./functions/$*
	@chmod 0755 $@
dist/pushapps/bootstrap:
	$(lambda) -o $@ ./infra/pushapps
	@chmod 0755 $@

# For the tests of infra. Of commands scripts/cdk does the same.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20
export JSII_DEPRECATED := quiet

# What the CDK says of its own features is of no use here; its app names the templates.
synth: ## make the CloudFormation templates in cdk.out/: make synth ARGS='-c stage=dev'
	@scripts/cdk synth --quiet $(ARGS) 2>&1 | sed -E '/^(Successfully synthesized|Supply a stack id) |feature flags are not configured/d' >&2

# A stage with Android, iPhone and mail. The ARNs are looked at by nobody.
costs: ## compute what a stage costs, and write the tables of docs/deploy.md
	@scripts/cdk synth --quiet --no-staging -o .cache/costs -c stage=prod -c alarmEmail=none -c mailFrom=desk@example.com $(foreach app,fcm apns,-c $(app)SecretArn=arn:aws:secretsmanager:us-east-1:123456789012:secret:$(app)-AbCdEf)
	@go run ./internal/cmd/costs -templates .cache/costs -w docs/deploy.md

sbom: ## list what is shipped of others (dist/sbom.cdx.json), write NOTICE, and look for known weaknesses
	@scripts/sbom

bootstrap: ## make a region of an AWS account ready, once for each: make bootstrap ARGS=aws://ACCOUNT/REGION
	@scripts/cdk bootstrap $(ARGS)

# What prod has kept by its name, logs and the table, is taken in again when its stack is made anew.
diff: ## compare with what is deployed
	@scripts/cdk diff --import-existing-resources $(ARGS)

deploy: ## deploy all stacks: make deploy ARGS='-c stage=prod -c alarmEmail=… -c mailFrom=…' (see docs/deploy.md)
	@scripts/cdk deploy --all --import-existing-resources --require-approval never $(ARGS)

tz-publish: ## give a deployed stage newer clock laws: make tz-publish ARGS='prod FOLDER-OR-ZIP' (see docs/deploy.md)
	@scripts/tz-publish $(ARGS)

tz-shifts: ## after a deployment with newer clock laws, have shifts that wait by the old ones wait anew: make tz-shifts ARGS=prod
	@scripts/tz-shifts $(ARGS)

restore: ## put the table of a stage back to a time: make restore ARGS='look prod 2026-11-22T09:00:00Z' (see docs/deploy.md)
	@scripts/restore $(ARGS)

rotate-machine: ## give the platform's client another secret, beside the old one: make rotate-machine ARGS=prod (see docs/deploy.md)
	@scripts/rotate-machine $(ARGS)

restore-check: ## all steps of make restore with the AWS CLI, on DynamoDB Local and a twin of AWS
	@scripts/prepare
	RESTORE_CHECK=1 go test -count=1 -v ./internal/restore | grep -vE '^(=== |PASS$$)|^ *--- PASS'

destroy: ## take a stage down; prod is asked about, and keeps its data
	@scripts/destroy $(ARGS)

owner: ## create an account and its owner on a deployed stack: make owner ARGS='-function … -account … -zone … -first … -last … -email …', or let an owner in again: -unlock …
	@go build -o .cache/owner ./internal/cmd/owner
	@.cache/owner $(ARGS)

connect: ## have an AgentCore gateway, Amazon Connect instance, Lex bot or Bedrock agent speak for an account: make connect ARGS='-function … -account acc_… -kind … -id …'
	@go build -o .cache/owner ./internal/cmd/owner
	@.cache/owner connect $(ARGS)
