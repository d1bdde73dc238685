dnl Find Cyrus SASL and the directory from which it loads its modules.
AC_DEFUN([KINAMO_SASL], [
  AC_ARG_WITH([sasl],
    [AS_HELP_STRING([--without-sasl], [do not build the SASL module for Postfix])],
    [], [with_sasl=check])
  AC_ARG_WITH([sasl-plugindir],
    [AS_HELP_STRING([--with-sasl-plugindir=DIR], [where libsasl2 looks for modules (default: ask pkg-config for its libdir)])],
    [], [with_sasl_plugindir=])
  kinamo_sasl=no
  AS_IF([test "x$with_sasl" != xno], [
    PKG_CHECK_MODULES([SASL], [libsasl2], [kinamo_sasl=yes], [
      AS_IF([test "x$with_sasl" = xyes],
        [AC_MSG_ERROR([libsasl2 not found: install libsasl2-dev, or use --without-sasl])])
    ])
  ])
  AS_IF([test "x$kinamo_sasl" = xyes], [
    AS_IF([test -n "$with_sasl_plugindir"], [sasl_plugindir=$with_sasl_plugindir],
      [sasl_plugindir=`$PKG_CONFIG --variable=libdir libsasl2`/sasl2])
    kinamo_sasl_summary="yes, into $sasl_plugindir"
  ], [kinamo_sasl_summary="no (libsasl2-dev not found, or --without-sasl)"])
  AC_SUBST([sasl_plugindir])
  AM_CONDITIONAL([WITH_SASL], [test "x$kinamo_sasl" = xyes])
])
