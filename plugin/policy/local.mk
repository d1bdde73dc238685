# The pure core: libc only. Linked into each module that is loaded first in its process.
noinst_LTLIBRARIES += libkinamo-core.la
libkinamo_core_la_SOURCES = \
	include/kinamo/address.h \
	include/kinamo/base64.h \
	include/kinamo/login-guard.h \
	include/kinamo/message.h \
	include/kinamo/mode.h \
	include/kinamo/networks.h \
	include/kinamo/notice-state.h \
	include/kinamo/pop3-capa.h \
	include/kinamo/pop3-command.h \
	include/kinamo/pop3-kinds.h \
	include/kinamo/pop3-retention.h \
	include/kinamo/quota-level.h \
	include/kinamo/record.h \
	include/kinamo/sasl-message.h \
	include/kinamo/settings-table.h \
	include/kinamo/settings.h \
	include/kinamo/siphash.h \
	include/kinamo/template-english.h \
	include/kinamo/template.h \
	include/kinamo/throttle.h \
	include/kinamo/tls-kinds.h \
	include/kinamo/tls-policy.h \
	plugin/policy/address.c \
	plugin/policy/base64.c \
	plugin/policy/login-guard.c \
	plugin/policy/message.c \
	plugin/policy/mode.c \
	plugin/policy/networks.c \
	plugin/policy/notice-state.c \
	plugin/policy/pop3-capa.c \
	plugin/policy/pop3-command.c \
	plugin/policy/pop3-kinds.c \
	plugin/policy/pop3-retention.c \
	plugin/policy/quota-level.c \
	plugin/policy/record.c \
	plugin/policy/sasl-message.c \
	plugin/policy/settings-parse.c \
	plugin/policy/settings.c \
	plugin/policy/siphash.c \
	plugin/policy/template-english.c \
	plugin/policy/template.c \
	plugin/policy/throttle.c \
	plugin/policy/tls-kinds.c \
	plugin/policy/tls-policy.c
