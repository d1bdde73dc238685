# make fault: faults while real servers work. PARTS="pop3 ..." chooses parts; FAULT_SEED, FAULT_SESSIONS
# and FAULT_SECONDS say how much each does.
EXTRA_PROGRAMS += tests/fault/fault
tests_fault_fault_CPPFLAGS = $(AM_CPPFLAGS) -DFAULT_SHIM='"$(abs_top_builddir)/tests/fault/shim.so"'
tests_fault_fault_CFLAGS = $(live_cflags)
tests_fault_fault_LDADD = $(live_ldadd)
tests_fault_fault_SOURCES = \
	tests/fault/counts.h \
	tests/fault/fault.c \
	tests/fault/fault.h \
	tests/fault/main.c \
	tests/fault/pop3-client.c \
	tests/fault/pop3-fault.h \
	tests/fault/pop3-judge.c \
	tests/fault/pop3-kinds.c \
	tests/fault/pop3-kinds.h \
	tests/fault/pop3-reset.c \
	tests/fault/pop3-truncate.c \
	tests/fault/pop3.c \
	tests/fault/sasl-liar.c \
	tests/fault/sasl-liar.h \
	tests/fault/sasl.c \
	tests/live/pop3-ledger.c \
	tests/live/pop3-ledger.h \
	tests/live/pop3-model.c \
	tests/live/pop3-model.h \
	tests/live/pop3.c \
	tests/live/pop3.h \
	tests/live/sasl.c \
	tests/live/sasl.h

# Preloaded into the servers' processes.
tests/fault/shim.so: tests/fault/shim.c tests/fault/shim.h
	@$(MKDIR_P) tests/fault
	$(AM_V_CC)$(CC) $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(AM_CFLAGS) $(CFLAGS) \
		-fPIC -shared -o $@ $(srcdir)/tests/fault/shim.c
EXTRA_DIST += tests/fault/shim.c tests/fault/shim.h
CLEANFILES += tests/fault/shim.so tests/fault/fault fault.log

fault: stage tests/fault/fault tests/fault/shim.so
	@tests/fault/fault
