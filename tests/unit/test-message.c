/* Messages of ours: byte for byte, and safe from their values. */
#include <stdio.h>
#include <string.h>

#include "kinamo/message.h"
#include "unit.h"

static const struct kinamo_message plain = {
    .from = "postmaster@klant.example",
    .to = "jan@klant.example",
    .subject = "Your mailbox is 95% full",
    .id = "abc@in.kinamo.be",
    .language = "en",
    .body = "Hello\n\nFrom here on = \xc3\xa9 \n.dot",
    .date = 1732491234,
    .important = true,
};

START_TEST(exact)
{
    char out[2048];
    size_t length = kinamo_message_compose(&plain, out, sizeof(out));

    ck_assert_str_eq(out, "Date: Sun, 24 Nov 2024 23:33:54 +0000\r\n"
                          "From: <postmaster@klant.example>\r\n"
                          "To: <jan@klant.example>\r\n"
                          "Subject: Your mailbox is 95% full\r\n"
                          "Message-ID: <abc@in.kinamo.be>\r\n"
                          "Auto-Submitted: auto-generated\r\n"
                          "Importance: high\r\n"
                          "X-Priority: 1\r\n"
                          "Content-Language: en\r\n"
                          "MIME-Version: 1.0\r\n"
                          "Content-Type: text/plain; charset=utf-8\r\n"
                          "Content-Transfer-Encoding: quoted-printable\r\n"
                          "\r\n"
                          "Hello\r\n"
                          "\r\n"
                          "=46rom here on =3D =C3=A9=20\r\n"
                          "=2Edot\r\n");
    ck_assert_uint_eq(length, strlen(out));
}
END_TEST

START_TEST(hostile_token)
{
    struct kinamo_message message = plain;
    char out[2048];

    message.id = "a>\r\nBcc: x";
    message.language = "nl\r\nBcc: y";
    ck_assert_uint_gt(kinamo_message_compose(&message, out, sizeof(out)), 0);
    ck_assert_ptr_nonnull(strstr(out, "Message-ID: <aBcc:x>\r\n"));
    ck_assert_ptr_nonnull(strstr(out, "Content-Language: nlBcc:y\r\n"));
}
END_TEST

static const struct {
    const char *name, *subject, *from, *to, *want;
} headers[] = {
    {"accents", "Bo\xc3\xaete pleine", "a@b", "c@d", "Subject: =?utf-8?Q?Bo=C3=AEte_pleine?=\r\n"},
    {"looks encoded", "=?x?", "a@b", "c@d", "Subject: =?utf-8?Q?=3D=3Fx=3F?=\r\n"},
    {"line end", "x\r\nBcc: y@z", "a@b", "c@d", "Subject: =?utf-8?Q?x=0D=0ABcc=3A_y=40z?=\r\n"},
    {"odd local part", "x", "a@b", "\"o dd\"@d", "To: <\"\\\"o dd\\\"\"@d>\r\n"},
    {"line end in an address", "x", "a@b", "c\r\nBcc: y@d", "To: <\"cBcc: y\"@d>\r\n"},
    {"line end in a domain", "x", "a@b", "c@d\r\nBcc: y", "To: undisclosed-recipients:;\r\n"},
    {"no address", "x", "a@b", "jan", "To: undisclosed-recipients:;\r\n"},
};

START_TEST(header)
{
    struct kinamo_message message = plain;
    char out[2048];

    message.subject = headers[_i].subject;
    message.from = headers[_i].from;
    message.to = headers[_i].to;
    ck_assert_uint_gt(kinamo_message_compose(&message, out, sizeof(out)), 0);
    ck_assert_msg(strstr(out, headers[_i].want) != NULL, "%s: got %s, want %s", headers[_i].name,
                  out, headers[_i].want);
    ck_assert_msg(strstr(out, "\r\nBcc:") == NULL, "%s: a header was added", headers[_i].name);
}
END_TEST

static const struct {
    int64_t date;
    const char *want;
} dates[] = {
    {0, "Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n"},
    {951782399, "Date: Mon, 28 Feb 2000 23:59:59 +0000\r\n"},
    {951782400, "Date: Tue, 29 Feb 2000 00:00:00 +0000\r\n"},
    {951868800, "Date: Wed, 1 Mar 2000 00:00:00 +0000\r\n"},
    {1767225599, "Date: Wed, 31 Dec 2025 23:59:59 +0000\r\n"},
    {4107542400, "Date: Mon, 1 Mar 2100 00:00:00 +0000\r\n"},
};

START_TEST(date)
{
    struct kinamo_message message = plain;
    char out[2048];

    message.date = dates[_i].date;
    ck_assert_uint_gt(kinamo_message_compose(&message, out, sizeof(out)), 0);
    ck_assert_msg(strncmp(out, dates[_i].want, strlen(dates[_i].want)) == 0, "got %s, want %s", out,
                  dates[_i].want);
}
END_TEST

START_TEST(long_lines_are_folded)
{
    struct kinamo_message message = plain;
    char text[1200];
    char out[8192];
    size_t column = 0;

    for (size_t i = 0; i + 1 < sizeof(text); i++) {
        text[i] = i % 2 == 0 ? '\xc3' : '\xa9';
    }
    text[sizeof(text) - 2] = '\0';
    text[300] = '\0';
    message.subject = text;
    message.body = text;
    ck_assert_uint_gt(kinamo_message_compose(&message, out, sizeof(out)), 0);
    for (const char *p = out; *p != '\0'; p++) {
        column = *p == '\n' ? 0 : column + 1;
        ck_assert_uint_le(column, 77);
        ck_assert_int_lt((unsigned char)*p, 0x80);
    }
}
END_TEST

START_TEST(too_small_is_no_message)
{
    char out[2048];
    size_t length = kinamo_message_compose(&plain, out, sizeof(out));

    for (size_t size = 1; size <= length; size++) {
        ck_assert_uint_eq(kinamo_message_compose(&plain, out, size), 0);
    }
    ck_assert_uint_eq(kinamo_message_compose(&plain, out, length + 1), length);
}
END_TEST

Suite *message_suite(void)
{
    Suite *suite = suite_create("message");
    TCase *tcase = tcase_create("message");

    tcase_add_test(tcase, exact);
    tcase_add_test(tcase, hostile_token);
    tcase_add_loop_test(tcase, header, 0, (int)(sizeof(headers) / sizeof(headers[0])));
    tcase_add_loop_test(tcase, date, 0, (int)(sizeof(dates) / sizeof(dates[0])));
    tcase_add_test(tcase, long_lines_are_folded);
    tcase_add_test(tcase, too_small_is_no_message);
    suite_add_tcase(suite, tcase);
    return suite;
}
