# Ready to link, never installed under /etc: installing must not change a running server.
kinamo_confdir = $(datadir)/kinamo-policy/conf.d
nobase_kinamo_conf_DATA =
EXTRA_DIST += $(nobase_kinamo_conf_DATA)
