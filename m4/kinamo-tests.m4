dnl What the tests need: Check for all of them, libcurl and OpenSSL for the live ones.
AC_DEFUN([KINAMO_TESTS], [
  AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers], [build the core, the SASL module and the unit tests with ASan and UBSan])],
    [], [enable_sanitizers=no])
  AC_ARG_ENABLE([live-tests],
    [AS_HELP_STRING([--disable-live-tests], [do not build the tests with real servers, as for a package])],
    [], [enable_live_tests=yes])
  SANITIZER_CFLAGS=
  AS_IF([test "x$enable_sanitizers" = xyes],
    [SANITIZER_CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -O1"])
  AC_SUBST([SANITIZER_CFLAGS])
  PKG_CHECK_MODULES([CHECK], [check >= 0.15], [kinamo_check=yes], [kinamo_check=no])
  PKG_CHECK_MODULES([CURL], [libcurl], [kinamo_curl=yes], [kinamo_curl=no])
  PKG_CHECK_MODULES([OPENSSL], [openssl], [], [kinamo_curl=no])
  AC_DEFINE_UNQUOTED([KINAMO_SERIES], ["$kinamo_series"], [conf.d/dovecot-<series> is for the Dovecot found])
  AC_DEFINE_UNQUOTED([KINAMO_STAGE], ["`pwd`/stage"], [where the live tests find what make install installs])
  kinamo_unit_summary=yes
  kinamo_live_summary="yes (they run as root and are skipped otherwise)"
  AS_IF([test "x$kinamo_curl" != xyes], [kinamo_live_summary="no (libcurl or OpenSSL not found)"])
  AS_IF([test -z "$kinamo_dovecot_config"], [kinamo_live_summary="no (no Dovecot)"; kinamo_curl=no])
  AS_IF([test "x$enable_sanitizers" = xyes], [kinamo_live_summary="no (--enable-sanitizers)"])
  AS_IF([test "x$enable_live_tests" = xno], [kinamo_live_summary="no (--disable-live-tests)"])
  AS_IF([test "x$kinamo_check" != xyes], [
    kinamo_unit_summary="no (Check not found)"
    kinamo_live_summary="no (Check not found)"
  ])
  AM_CONDITIONAL([WITH_CHECK], [test "x$kinamo_check" = xyes])
  AM_CONDITIONAL([WITH_LIVE], [test "x$kinamo_check$kinamo_curl$enable_sanitizers$enable_live_tests" = xyesyesnoyes])
  AM_CONDITIONAL([WITH_SANITIZERS], [test "x$enable_sanitizers" = xyes])
])
