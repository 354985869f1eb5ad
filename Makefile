# Rufaa. Two commands matter: make run, make test.
GO      ?= go
ADDR    ?= 127.0.0.1:8080
DATA    ?=
VERSION ?= $(shell git describe --tags --always 2>/dev/null || echo dev)
DIST    := internal/web/assets/dist/manifest.json

# The program needs no C, and neither do its tests: so each package is compiled
# once for build, vet and tests.
export CGO_ENABLED = 0
TRIM := -trimpath

.PHONY: run build test test-go test-pages bench assets check clean

## run: build everything and start the demonstration on 127.0.0.1:8080
run: build
	bin/rufaa demo --addr $(ADDR) $(if $(DATA),--data $(DATA))

## build: leaves bin/rufaa, one program with pages, texts and content inside
build: assets
	$(GO) build $(TRIM) -ldflags "-s -w -X main.version=$(VERSION)" -o bin/rufaa ./cmd/rufaa

## assets: styles and the small script, from the lock file
assets: $(DIST)

$(DIST): web/package.json web/package-lock.json web/build.mjs $(shell find web/scss web/src web/icons -type f)
	cd web && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build

e2e/node_modules/.package-lock.json: e2e/package.json e2e/package-lock.json
	cd e2e && npm ci --no-audit --no-fund --loglevel=error

## test: everything, on SQLite and PostgreSQL, with a real browser
test: TRIM :=
test: build check test-go test-pages

# Most of the tests' time was waiting for a disk: their files are in memory where
# that has room. Three at once keep two cores busy, and a lazier collector saves
# a tenth of their work.
test-go:
	.ci/inmemory env GOGC=400 $(GO) test -p 3 -timeout 14m ./...

test-pages: build e2e/node_modules/.package-lock.json
	cd e2e && ../.ci/inmemory node --test --test-concurrency=2 *.test.mjs

## check: formatting and vet
check:
	@out=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "not formatted:"; echo "$$out"; exit 1; fi
	$(GO) vet ./...

## bench: speed against a bare handler in the same run (docs/benchmarks.md)
bench: build
	$(GO) run ./cmd/bench

clean:
	rm -rf bin internal/web/assets/dist/*.css internal/web/assets/dist/*.js $(DIST)
