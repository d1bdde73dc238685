dnl Find Dovecot through the dovecot-config that its development package installs, and learn by
dnl compiling which of the two settings interfaces it has. No version number is looked at.
AC_DEFUN([KINAMO_DOVECOT], [
  AC_ARG_WITH([dovecot],
    [AS_HELP_STRING([--with-dovecot=DIR],
      [directory of dovecot-config (default: search; "no": build no Dovecot plugin)])],
    [], [with_dovecot=check])
  kinamo_dovecot_config=
  AS_IF([test "x$with_dovecot" != xno], [
    AC_MSG_CHECKING([for dovecot-config])
    AS_CASE([$with_dovecot],
      [check|yes], [kinamo_dirs="/usr/lib/dovecot /usr/lib64/dovecot /usr/local/lib/dovecot"],
      [kinamo_dirs=$with_dovecot])
    for dir in $kinamo_dirs; do
      AS_IF([test -z "$kinamo_dovecot_config" && test -f "$dir/dovecot-config"],
        [kinamo_dovecot_config=$dir/dovecot-config])
    done
    AS_IF([test -n "$kinamo_dovecot_config"], [AC_MSG_RESULT([$kinamo_dovecot_config])], [
      AC_MSG_RESULT([not found])
      AS_IF([test "x$with_dovecot" != xcheck],
        [AC_MSG_ERROR([no dovecot-config in $kinamo_dirs: install dovecot-dev, or name its directory with --with-dovecot=DIR])])
    ])
  ])
  kinamo_dovecot_summary="no (dovecot-dev not found, or --without-dovecot)"
  AS_IF([test -n "$kinamo_dovecot_config"], [
    kinamo_save_CFLAGS=$CFLAGS; kinamo_save_CPPFLAGS=$CPPFLAGS; kinamo_save_LIBS=$LIBS
    . "$kinamo_dovecot_config"
    dovecot_includedir=$dovecot_pkgincludedir
    AC_SUBST([dovecot_includedir])
    AC_SUBST([dovecot_moduledir])
    AC_SUBST([dovecot_pkglibexecdir])
    AC_PATH_PROG([DOVECONF], [doveconf], [/usr/bin/doveconf])

    dnl Dovecot's headers need the config.h it was built with. The call with five arguments is the
    dnl newer interface; an older header of the same name has another one.
    CPPFLAGS="$CPPFLAGS -DHAVE_CONFIG_H=1 $LIBDOVECOT_INCLUDE"
    dnl An implicit declaration would make any call compile.
    CFLAGS="$CFLAGS -Werror=implicit-function-declaration"
    AC_CACHE_CHECK([which settings interface Dovecot has], [kinamo_cv_dovecot_settings], [
      AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[
#include "lib.h"
#include "settings.h"
struct probe { pool_t pool; };
extern struct setting_parser_info probe_info;
]], [[
const struct probe *set;
const char *error;
return settings_get((struct event *)0, &probe_info, 0, &set, &error);
]])], [kinamo_cv_dovecot_settings=typed], [
        AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[
#include "lib.h"
#include "mail-storage.h"
#include "mail-user.h"
]], [[return mail_user_plugin_getenv((struct mail_user *)0, "x") != 0;]])],
        [kinamo_cv_dovecot_settings=plugin-strings], [kinamo_cv_dovecot_settings=unknown])
      ])
    ])
    CFLAGS=$kinamo_save_CFLAGS; CPPFLAGS=$kinamo_save_CPPFLAGS; LIBS=$kinamo_save_LIBS
    AS_CASE([$kinamo_cv_dovecot_settings],
      [typed], [kinamo_series=2.4],
      [plugin-strings], [kinamo_series=2.3],
      [AC_MSG_ERROR([this Dovecot has neither settings_get() nor mail_user_plugin_getenv(); config.log shows what the compiler said])])
    kinamo_dovecot_summary="yes, the $kinamo_series series, into $dovecot_moduledir"
  ])
  AM_CONDITIONAL([WITH_DOVECOT], [test -n "$kinamo_dovecot_config"])
  AM_CONDITIONAL([DOVECOT_TYPED_SETTINGS], [test "x$kinamo_cv_dovecot_settings" = xtyped])
  AC_SUBST([kinamo_series])
])
