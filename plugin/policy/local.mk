# The pure core: libc only. Linked into each module that is loaded first in its process.
noinst_LTLIBRARIES += libkinamo-core.la
libkinamo_core_la_SOURCES = \
	include/kinamo/message.h \
	include/kinamo/mode.h \
	include/kinamo/notice-state.h \
	include/kinamo/quota-level.h \
	include/kinamo/record.h \
	include/kinamo/settings.h \
	include/kinamo/settings-table.h \
	include/kinamo/template.h \
	include/kinamo/template-english.h \
	plugin/policy/message.c \
	plugin/policy/mode.c \
	plugin/policy/notice-state.c \
	plugin/policy/quota-level.c \
	plugin/policy/record.c \
	plugin/policy/settings.c \
	plugin/policy/settings-parse.c \
	plugin/policy/template.c \
	plugin/policy/template-english.c
