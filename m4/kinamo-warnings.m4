dnl The warnings of this project; each is used only where the compiler knows it.
AC_DEFUN([KINAMO_COMPILER_WARNINGS], [
  KINAMO_CFLAGS=
  for flag in -Wall -Wextra -Wformat=2 -Wshadow -Wmissing-prototypes -Wstrict-prototypes \
      -Wpointer-arith -Wwrite-strings -Wundef -Wvla -Wimplicit-fallthrough \
      -fno-common -fstack-protector-strong; do
    AC_MSG_CHECKING([whether $CC takes $flag])
    kinamo_save_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -Werror $flag"
    AC_COMPILE_IFELSE([AC_LANG_SOURCE([int kinamo_probe;])],
      [AC_MSG_RESULT([yes]); KINAMO_CFLAGS="$KINAMO_CFLAGS $flag"],
      [AC_MSG_RESULT([no])])
    CFLAGS=$kinamo_save_CFLAGS
  done
  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [make warnings errors (for developers and CI)])],
    [], [enable_werror=no])
  AS_IF([test "x$enable_werror" = xyes], [KINAMO_CFLAGS="$KINAMO_CFLAGS -Werror"])
  AC_SUBST([KINAMO_CFLAGS])
])
