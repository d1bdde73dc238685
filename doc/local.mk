# The manual. What it says of each setting is printed by a program from the one table.
kinamo_pages = \
	doc/doveadm-kinamo.1 \
	doc/kinamo-hosts.7 \
	doc/kinamo-policy.7 \
	doc/kinamo-policy.conf.5 \
	doc/kinamo-sasl.5
man_MANS = $(kinamo_pages)
EXTRA_DIST += $(kinamo_pages:=.in)
CLEANFILES += $(kinamo_pages) doc/dovecot.mdoc doc/sasl.mdoc

noinst_PROGRAMS = doc/settings-mdoc
doc_settings_mdoc_LDADD = libkinamo-core.la
doc_settings_mdoc_SOURCES = doc/settings-mdoc.c

doc/dovecot.mdoc doc/sasl.mdoc: doc/settings-mdoc$(EXEEXT)
	$(AM_V_GEN)doc/settings-mdoc $(@F:.mdoc=) >$@

$(kinamo_pages): %: %.in doc/dovecot.mdoc doc/sasl.mdoc
	$(AM_V_GEN)sed \
	  -e '/^@dovecot-settings@$$/{r doc/dovecot.mdoc' -e 'd' -e '}' \
	  -e '/^@sasl-settings@$$/{r doc/sasl.mdoc' -e 'd' -e '}' \
	  -e 's|@confdir@|$(kinamo_confdir)|g' $< >$@
