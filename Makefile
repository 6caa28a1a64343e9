# Entry commands; each is a script that can be read and run by itself.
.PHONY: help run build test lab lab-down bench fuzz lint install clean
help:
	@echo 'make run [LAB=0]   install what is missing, build, start on https://localhost:8443 (Ctrl-C ends)'
	@echo 'make build         build/bin: the programs; ui/dist: the screens'
	@echo 'make test          everything, with a count at the end'
	@echo 'make lint          layering, format, words of errors, generated files, documents'
	@echo 'make lab           the test network, up until make lab-down'
	@echo 'make bench         measurements beside their peers'
	@echo 'make fuzz          every parser of outside bytes, a minute each (FUZZ_SECONDS=60)'
	@echo 'make install       into /usr/local with a systemd unit (DESTDIR=, PREFIX=)'
	@echo 'make clean         build folders away; var/ stays'

run:
	@LAB='$(LAB)' scripts/run

build:
	@scripts/install-packages build
	@scripts/build programs

test:
	@scripts/install-packages build run lab test
	@tests/run

lint:
	@scripts/install-packages build lab test
	@tests/lint/run

lab:
	@scripts/install-packages lab
	@lab/up

lab-down:
	@lab/down

bench:
	@scripts/install-packages build lab test bench
	@scripts/bench

fuzz:
	@scripts/install-packages build test
	@scripts/fuzz

install:
	@DESTDIR='$(DESTDIR)' PREFIX='$(or $(PREFIX),/usr/local)' scripts/install

clean:
	rm -rf build build-asan build-tsan build-fuzz ui/dist ui/node_modules
