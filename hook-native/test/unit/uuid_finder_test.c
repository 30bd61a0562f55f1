#include <string.h>

#include "hook/uuid_finder.h"
#include "check.h"

#define UUID "0f3c9a52-7d1e-4b68-8a90-5e2b7c41d6f3"
#define OTHER "11111111-2222-3333-4444-555555555555"

static struct uuid_finder searched(const char *xml) {
  struct uuid_finder finder = uuid_finder_start();
  const enum search search = uuid_finder_feed(&finder, xml, strlen(xml));
  CHECK(search == finder.search);
  return finder;
}

static bool finds(const char *xml) {
  const struct uuid_finder finder = searched(xml);
  return finder.search == SEARCH_FOUND && memcmp(finder.uuid, UUID, UUID_LENGTH) == 0;
}

static bool has_none(const char *xml) { return searched(xml).search == SEARCH_ENDED; }

static void the_uuid_of_a_domain_is_found(void) {
  CHECK(finds("<domain type='kvm' id='4'>\n  <name>shop_db</name>\n  <uuid>" UUID
              "</uuid>\n  <memory/>"));
  CHECK(finds("<?xml version='1.0'?>\n<domain><uuid>" UUID "</uuid></domain>"));
  CHECK(finds("<domain\n\ttype=\"kvm\"\n><uuid >\n  " UUID "\n  </uuid\n></domain>"));
}

static void upper_case_becomes_lower_case(void) {
  CHECK(finds("<domain><uuid>0F3C9A52-7D1E-4B68-8A90-5E2B7C41D6F3</uuid></domain>"));
}

static void one_in_metadata_is_not_the_domains(void) {
  CHECK(finds("<domain><metadata><a:i xmlns:a='u'><uuid>" OTHER
              "</uuid></a:i></metadata><uuid>" UUID "</uuid>"));
  CHECK(finds("<domain><metadata><uuid>" OTHER "</uuid></metadata><uuid>" UUID "</uuid></domain>"));
  CHECK(finds("<domain><a:uuid>" OTHER "</a:uuid><uuids>" OTHER "</uuids><uuid>" UUID
              "</uuid></domain>"));
  CHECK(has_none("<domain><metadata><uuid>" OTHER "</uuid></metadata></domain>"));
}

static void one_in_a_comment_is_not_the_domains(void) {
  CHECK(finds("<!-- <domain><uuid>" OTHER "</uuid> --><domain><uuid>" UUID "</uuid></domain>"));
  CHECK(finds("<domain><!-- - -- > <uuid>" OTHER "</uuid> ---><uuid>" UUID "</uuid></domain>"));
  CHECK(finds("<domain><!----><uuid>" UUID "</uuid></domain>"));
}

static void one_in_cdata_or_an_instruction_is_not_the_domains(void) {
  CHECK(finds("<domain><t><![CDATA[</t><uuid>" OTHER "</uuid>]] >]]]></t><uuid>" UUID
              "</uuid></domain>"));
  CHECK(finds("<domain><?p <uuid>" OTHER "</uuid> ? > ?"
              "?><uuid>" UUID "</uuid></domain>"));
}

static void one_in_an_attribute_is_not_the_domains(void) {
  CHECK(finds("<domain a='<uuid>" OTHER "</uuid>' b=\"'>/\"><x y='/>'/><uuid>" UUID
              "</uuid></domain>"));
}

static void empty_elements_do_not_nest(void) {
  CHECK(finds("<domain><a/><b c='d'/><e /><f></f><uuid>" UUID "</uuid></domain>"));
}

static void what_is_no_uuid_is_not_taken(void) {
  static const char *const texts[] = {
      "",
      "x",
      "0f3c9a527d1e4b688a905e2b7c41d6f3",
      "0f3c9a52-7d1e-4b68-8a90-5e2b7c41d6f",
      UUID "0",
      "0f3c9a52-7d1e-4b68-8a90-5e2b7c41d6fg",
      "0f3c9a5-27d1e-4b68-8a90-5e2b7c41d6f3",
      "0f3c9a52 7d1e 4b68 8a90 5e2b7c41d6f3",
      "&#x30;f3c9a52-7d1e-4b68-8a90-5e2b7c41d6f3",
      "<!-- -->" UUID,
      "<b/>" UUID,
      UUID "<b></b>",
      "<b>" UUID "</b>",
      "<![CDATA[" UUID "]]>",
      "                                                                   " UUID};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    char xml[256];
    CHECK(snprintf(xml, sizeof xml, "<domain><uuid>%s</uuid><uuid>" UUID "</uuid>", texts[i]) > 0);
    CHECK(has_none(xml));
  }
  CHECK(has_none("<domain><uuid/><uuid>" UUID "</uuid></domain>"));
}

static void another_root_has_none(void) {
  CHECK(has_none("<domainsnapshot><uuid>" UUID "</uuid></domainsnapshot>"));
  CHECK(has_none("<network><uuid>" UUID "</uuid></network>"));
  CHECK(has_none("<uuid>" UUID "</uuid>"));
  CHECK(has_none("<domstatus><domain><uuid>" UUID "</uuid></domain></domstatus>"));
}

static void a_document_that_ends_or_cannot_be_followed_has_none(void) {
  CHECK(has_none("<domain></domain><domain><uuid>" UUID "</uuid></domain>"));
  CHECK(has_none("<domain/>"));
  CHECK(has_none("</domain>"));
  CHECK(has_none("<!DOCTYPE domain><domain><uuid>" UUID "</uuid></domain>"));
  CHECK(has_none("<![CDAT?"));
}

static void half_a_document_asks_for_more(void) {
  CHECK(searched("").search == SEARCH_GOING_ON);
  CHECK(searched("no markup at all").search == SEARCH_GOING_ON);
  CHECK(searched("<domain><uuid>" UUID).search == SEARCH_GOING_ON);
  CHECK(searched("<domain><uuid>" UUID "</uuid").search == SEARCH_GOING_ON);
}

static void a_search_that_ended_stays_so(void) {
  struct uuid_finder finder = searched("<domain><uuid>" UUID "</uuid>");
  const char more[] = "<domain><uuid>" OTHER "</uuid>";
  CHECK(uuid_finder_feed(&finder, more, strlen(more)) == SEARCH_FOUND);
  CHECK(memcmp(finder.uuid, UUID, UUID_LENGTH) == 0);
}

int main(void) {
  static const struct test tests[] = {
      TEST(the_uuid_of_a_domain_is_found),
      TEST(upper_case_becomes_lower_case),
      TEST(one_in_metadata_is_not_the_domains),
      TEST(one_in_a_comment_is_not_the_domains),
      TEST(one_in_cdata_or_an_instruction_is_not_the_domains),
      TEST(one_in_an_attribute_is_not_the_domains),
      TEST(empty_elements_do_not_nest),
      TEST(what_is_no_uuid_is_not_taken),
      TEST(another_root_has_none),
      TEST(a_document_that_ends_or_cannot_be_followed_has_none),
      TEST(half_a_document_asks_for_more),
      TEST(a_search_that_ended_stays_so),
  };
  return run_tests(tests, sizeof tests / sizeof tests[0]);
}
