# The Dovecot plugins. kinamo_policy carries the core and the compat layer; the imap, pop3 and
# doveadm modules name it as their dependency and use its symbols. The login plugin and the settings
# module load in other processes and carry their own copy.
dovecot_moddir = $(dovecot_moduledir)
dovecot_settingsdir = $(dovecot_moduledir)/settings
dovecot_logindir = $(dovecot_moduledir)/login
dovecot_doveadmdir = $(dovecot_moduledir)/doveadm

# Own symbols are bound when linking: a process that serves one session pays for each symbol that is
# looked up when a module is loaded.
kinamo_module_ldflags = -module -avoid-version -shared -Wl,-z,relro -Wl,-z,now \
	-Wl,-Bsymbolic -Wl,-z,noseparate-code
# Dovecot's headers are not ours to warn about: they come as system headers.
kinamo_dovecot_cppflags = $(AM_CPPFLAGS) -DHAVE_CONFIG_H=1 -isystem $(dovecot_includedir) \
	-DKINAMO_TEMPLATE_DIR='"$(kinamo_confdir)/templates"' -DKINAMO_DOVECONF='"$(DOVECONF)"'

if DOVECOT_TYPED_SETTINGS
kinamo_compat_settings = plugin/compat/typed-settings.c plugin/compat/typed-settings.h
kinamo_compat_mail = plugin/compat/compat-2.4.c plugin/compat/host-dict-2.4.c \
	plugin/compat/host-quota-2.4.c $(kinamo_compat_settings)
kinamo_compat_module = plugin/compat/settings-module-2.4.c $(kinamo_compat_settings)
kinamo_compat_login = \
	plugin/compat/compat-login-2.4.c \
	plugin/compat/login-tls-2.4.c \
	$(kinamo_compat_settings)
kinamo_compat_doveadm = plugin/compat/host-doveadm-2.4.c
else
kinamo_compat_mail = plugin/compat/compat-2.3.c plugin/compat/host-dict-2.3.c \
	plugin/compat/host-quota-2.3.c
kinamo_compat_module = plugin/compat/settings-module-2.3.c
kinamo_compat_login = plugin/compat/compat-login-2.3.c plugin/compat/login-tls-2.3.c
kinamo_compat_doveadm = plugin/compat/host-doveadm-2.3.c
endif

dovecot_mod_LTLIBRARIES = \
	lib20_kinamo_policy_plugin.la \
	lib95_imap_kinamo_policy_plugin.la \
	lib95_pop3_kinamo_policy_plugin.la
dovecot_settings_LTLIBRARIES = libkinamo_policy_settings.la
dovecot_login_LTLIBRARIES = lib95_login_kinamo_policy_plugin.la
dovecot_doveadm_LTLIBRARIES = lib20_doveadm_kinamo_policy_plugin.la

lib20_kinamo_policy_plugin_la_CPPFLAGS = $(kinamo_dovecot_cppflags)
lib20_kinamo_policy_plugin_la_LDFLAGS = $(kinamo_module_ldflags)
lib20_kinamo_policy_plugin_la_LIBADD = libkinamo-core.la
lib20_kinamo_policy_plugin_la_SOURCES = \
	$(kinamo_compat_mail) \
	plugin/compat/host-dict.h \
	plugin/compat/host-event.c \
	plugin/compat/host-event.h \
	plugin/compat/host-ip.c \
	plugin/compat/host-ip.h \
	plugin/compat/host-mail.h \
	plugin/compat/host-quota-root.h \
	plugin/compat/host-quota.c \
	plugin/compat/host-quota.h \
	plugin/compat/host-userdb.c \
	plugin/compat/host-userdb.h \
	plugin/mail/imap-use.c \
	plugin/mail/imap-use.h \
	plugin/mail/kinamo-notice.c \
	plugin/mail/kinamo-notice.h \
	plugin/mail/kinamo-policy-plugin.c \
	plugin/mail/kinamo-policy-plugin.h \
	plugin/mail/kinamo-quota.h \
	plugin/mail/kinamo-state.c \
	plugin/mail/kinamo-state.h \
	plugin/mail/kinamo-user.h \
	plugin/mail/notice-deferred.c \
	plugin/mail/notice-deferred.h \
	plugin/mail/notice-inbox.c \
	plugin/mail/notice-inbox.h \
	plugin/mail/notice-mail.h \
	plugin/mail/notice-reset.c \
	plugin/mail/notice-reset.h \
	plugin/mail/notice-template.c \
	plugin/mail/notice-template.h \
	plugin/mail/quota-folders.c \
	plugin/mail/quota-folders.h \
	plugin/mail/quota-hooks.c \
	plugin/mail/quota-inspect.c \
	plugin/mail/quota-inspect.h \
	plugin/mail/quota-look.c \
	plugin/mail/quota-mail.c \
	plugin/mail/quota-mail.h \
	plugin/mail/quota-open.c \
	plugin/mail/quota-open.h \
	plugin/mail/quota-record.c \
	plugin/mail/quota-user.h \
	plugin/mail/retention-copies.c \
	plugin/mail/retention-copies.h \
	plugin/mail/retention-destination.c \
	plugin/mail/retention-destination.h \
	plugin/mail/retention-expire.c \
	plugin/mail/retention-expire.h \
	plugin/mail/retention-policy.h \
	plugin/mail/retention-verdict.c \
	plugin/mail/retention-verdict.h \
	plugin/mail/tls-session.c \
	plugin/mail/tls-session.h

lib95_imap_kinamo_policy_plugin_la_CPPFLAGS = $(kinamo_dovecot_cppflags)
lib95_imap_kinamo_policy_plugin_la_LDFLAGS = $(kinamo_module_ldflags)
lib95_imap_kinamo_policy_plugin_la_SOURCES = \
	plugin/imap/imap-alert.c \
	plugin/imap/imap-alert.h \
	plugin/imap/imap-kinamo-policy-plugin.c \
	plugin/imap/imap-kinamo-policy-plugin.h \
	plugin/imap/imap-tls.c \
	plugin/imap/imap-tls.h

lib95_pop3_kinamo_policy_plugin_la_CPPFLAGS = $(kinamo_dovecot_cppflags)
lib95_pop3_kinamo_policy_plugin_la_LDFLAGS = $(kinamo_module_ldflags)
lib95_pop3_kinamo_policy_plugin_la_SOURCES = \
	plugin/pop3/pop3-connection.c \
	plugin/pop3/pop3-connection.h \
	plugin/pop3/pop3-delivery.c \
	plugin/pop3/pop3-delivery.h \
	plugin/pop3/pop3-flushed.c \
	plugin/pop3/pop3-flushed.h \
	plugin/pop3/pop3-input.c \
	plugin/pop3/pop3-input.h \
	plugin/pop3/pop3-kinamo-policy-plugin.c \
	plugin/pop3/pop3-kinamo-policy-plugin.h \
	plugin/pop3/pop3-output.c \
	plugin/pop3/pop3-output.h \
	plugin/pop3/pop3-quit.c \
	plugin/pop3/pop3-quit.h \
	plugin/pop3/pop3-report.c \
	plugin/pop3/pop3-report.h \
	plugin/pop3/pop3-session.c \
	plugin/pop3/pop3-session.h \
	plugin/pop3/pop3-tls.c \
	plugin/pop3/pop3-tls.h \
	plugin/pop3/pop3-verdict.c \
	plugin/pop3/pop3-verdict.h

lib95_login_kinamo_policy_plugin_la_CPPFLAGS = $(kinamo_dovecot_cppflags)
lib95_login_kinamo_policy_plugin_la_LDFLAGS = $(kinamo_module_ldflags)
lib95_login_kinamo_policy_plugin_la_LIBADD = libkinamo-core.la
lib95_login_kinamo_policy_plugin_la_SOURCES = \
	$(kinamo_compat_login) \
	plugin/compat/host-event.c \
	plugin/compat/host-event.h \
	plugin/compat/host-ip.c \
	plugin/compat/host-ip.h \
	plugin/compat/host-login.h \
	plugin/login/capa-auth.c \
	plugin/login/capa-auth.h \
	plugin/login/capa-expire.c \
	plugin/login/capa-expire.h \
	plugin/login/login-address.c \
	plugin/login/login-address.h \
	plugin/login/login-kinamo-policy-plugin.c \
	plugin/login/login-kinamo-policy-plugin.h \
	plugin/login/login-tls-report.c \
	plugin/login/login-tls-report.h \
	plugin/login/login-tls.c \
	plugin/login/login-tls.h

lib20_doveadm_kinamo_policy_plugin_la_CPPFLAGS = $(kinamo_dovecot_cppflags)
lib20_doveadm_kinamo_policy_plugin_la_LDFLAGS = $(kinamo_module_ldflags)
lib20_doveadm_kinamo_policy_plugin_la_SOURCES = \
	$(kinamo_compat_doveadm) \
	plugin/compat/host-doveadm.h \
	plugin/doveadm/doveadm-command.c \
	plugin/doveadm/doveadm-command.h \
	plugin/doveadm/doveadm-commands.h \
	plugin/doveadm/doveadm-expire.c \
	plugin/doveadm/doveadm-explain.c \
	plugin/doveadm/doveadm-kinamo-policy-plugin.c \
	plugin/doveadm/doveadm-kinamo-policy-plugin.h \
	plugin/doveadm/doveadm-reset.c \
	plugin/doveadm/doveadm-status.c \
	plugin/doveadm/doveadm-users.c \
	plugin/doveadm/doveadm-warn.c \
	plugin/doveadm/doveconf.c \
	plugin/doveadm/doveconf.h \
	plugin/doveadm/explain-quota.c \
	plugin/doveadm/explain-rows.h \
	plugin/doveadm/explain-sessions.c \
	plugin/doveadm/pop3-protocol.c \
	plugin/doveadm/pop3-protocol.h \
	plugin/doveadm/quota-text.c \
	plugin/doveadm/quota-text.h

libkinamo_policy_settings_la_CPPFLAGS = $(kinamo_dovecot_cppflags)
libkinamo_policy_settings_la_LDFLAGS = $(kinamo_module_ldflags)
libkinamo_policy_settings_la_LIBADD = libkinamo-core.la
libkinamo_policy_settings_la_SOURCES = \
	$(kinamo_compat_module) \
	plugin/compat/settings-module.h
