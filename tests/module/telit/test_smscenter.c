/* The update server of Telit modules: what it knows of modules, its orders, and two real modules
 * that exchange their SIMs (R200, R203, R263). */
#include "module/at/at_hooks.h"
#include "module/smscenter/smscenter.h"
#include "module/telit/telit.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/module/module_rig.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define IMEI_A "357591080029488"
#define IMEI_B "015770000031766"
#define REG(imei, imsi, number)                                                                    \
    "FWOTA1 0 REG imei=" imei " num=" number " model=GE910-QUAD imsi=" imsi                        \
    " plmn=22201 sw=13.00.003"

/* What the server has said to its operator, and to a connection. */
static char said[8192], replied[2048];

static void say(void *ctx, const char *text)
{
    (void)ctx;
    size_t used = strlen(said);
    snprintf(said + used, sizeof said - used, "%s\n", text);
}

static void reply(void *ctx, const char *line)
{
    (void)ctx;
    snprintf(replied, sizeof replied, "%s", line);
}

static void deliver(void *ctx)
{
    (void)ctx;
}

static void open_center(struct fwd_smscenter *c, const char *name)
{
    struct fwd_error err = {""};

    *c = (struct fwd_smscenter){.port = 4242, .say = say, .reply = reply, .deliver = deliver};
    snprintf(c->host, sizeof c->host, "ota.example.com");
    said[0] = replied[0] = '\0';
    ck_assert_msg(
        fwd_smscenter_open(c, scratch_path(name), NULL, &err) == FWD_FAIL_NONE, "%s", err.text);
}

/* The text of the oldest message to a number; it is delivered. */
static const char *sms_to(struct fwd_smscenter *c, const char *number)
{
    static char text[500];
    const json_t *message;
    size_t index;

    json_array_foreach (fwd_smscenter_messages(c), index, message) {
        if (strcmp(json_string_value(json_object_get(message, "to")), number) != 0)
            continue;
        snprintf(text, sizeof text, "%s", json_string_value(json_object_get(message, "text")));
        fwd_smscenter_delivered(c, (uint32_t)json_integer_value(json_object_get(message, "id")));
        return text;
    }
    return "";
}

static void order(struct fwd_smscenter *c, const char *line, const char *answer)
{
    said[0] = '\0';
    fwd_smscenter_order(c, line);
    ck_assert_msg(strstr(said, answer) != NULL, "'%s': '%s' is not in '%s'", line, answer, said);
}

/* ---- one module ------------------------------------------------------------------------------ */

/* R263, R203: the messages of each protocol. */
START_TEST(an_update_by_sms_is_seen_through)
{
    struct fwd_smscenter c;

    unlink(scratch_path("sms.json"));
    open_center(&c, "sms.json");
    fwd_smscenter_receive(&c, "+391", REG(IMEI_A, "222010000000001", "+391"));
    ck_assert_str_eq(sms_to(&c, "+391"), "FWOTA1 0 REG-ACK sms=+390001");
    order(&c, "provision " IMEI_A " ibox.tim.it me secret", "");
    ck_assert_ptr_nonnull(strstr(sms_to(&c, "+391"), "PROV apn=ibox.tim.it user=me pass=secret"));
    order(&c, "provision " IMEI_A " csd +39333", "");
    ck_assert_ptr_nonnull(strstr(sms_to(&c, "+391"), "PROV csd=+39333"));
    order(&c, "update " IMEI_A " sms manual ftp://me:a@ftp.example.com:2121/fw/a.upd", "commanded");
    unsigned id = 0;
    const char *command = sms_to(&c, "+391");
    ck_assert_int_eq(sscanf(command, "FWOTA1 %u", &id), 1);
    ck_assert_ptr_nonnull(strstr(command, "CMD op=update mode=manual via=sms host=ftp.example.com "
                                          "port=2121 path=fw/a.upd user=me pass=a"));
    fwd_smscenter_close(&c);
    open_center(&c, "sms.json"); /* it remembers */
    char text[200];
    static const char *const steps[][2] = {{"CMD-ACK", " answer=accepted"},
        {"PROG", " state=downloaded"}, {"FINAL", " result=128 sw=13.00.004"}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        snprintf(text, sizeof text, "FWOTA1 %u %s imei=" IMEI_A "%s", id, steps[i][0], steps[i][1]);
        fwd_smscenter_receive(&c, "+391", text);
    }
    ck_assert_str_eq(said,
        IMEI_A ": accepted\n" IMEI_A ": downloaded\n" IMEI_A ": ended with 128, runs 13.00.004\n");
    order(&c, "list", IMEI_A "  GE910-QUAD  13.00.004  SIM 222010000000001, ended with 128\n");
    fwd_smscenter_close(&c);
}
END_TEST

START_TEST(an_update_by_tcp_is_told_where_the_package_is)
{
    struct fwd_smscenter c;
    bool combined = _i == 1;
    char text[200];

    unlink(scratch_path("tcp.json"));
    open_center(&c, "tcp.json");
    fwd_smscenter_receive(&c, NULL, REG(IMEI_A, "222010000000001", "+391"));
    ck_assert_str_eq(replied, "FWOTA1 0 REG-ACK sms=+390001");
    snprintf(text, sizeof text, "update " IMEI_A " %s automatic ftp://ftp.example.com/a.upd",
        combined ? "combined" : "tcp");
    order(&c, text, combined ? "commanded" : "waiting for it to ask");
    const char *command = sms_to(&c, "+391");
    if (combined)
        ck_assert_ptr_nonnull(
            strstr(command, "CMD op=update mode=auto via=tcp host=ota.example.com port=4242"));
    else
        ck_assert_str_eq(command, "");
    replied[0] = '\0';
    fwd_smscenter_receive(&c, NULL, "FWOTA1 0 HELLO for=registration imei=" IMEI_A);
    ck_assert_str_eq(replied, "");
    fwd_smscenter_receive(&c, NULL, "FWOTA1 0 HELLO for=update imei=" IMEI_A);
    ck_assert_int_eq(replied[0] != '\0', !combined);
    if (combined) {
        unsigned id = 0;
        sscanf(command, "FWOTA1 %u", &id);
        snprintf(text, sizeof text, "FWOTA1 %u CMD-ACK imei=" IMEI_A " answer=accepted", id);
        fwd_smscenter_receive(&c, NULL, text);
    }
    ck_assert_ptr_nonnull(strstr(replied, "PROG host=ftp.example.com path=a.upd"));
    replied[0] = '\0';
    fwd_smscenter_receive(&c, NULL, "FWOTA1 0 HELLO for=update imei=" IMEI_A); /* that was it */
    ck_assert_str_eq(replied, "");
    fwd_smscenter_close(&c);
}
END_TEST

/* ---- orders and strangers -------------------------------------------------------------------- */

START_TEST(an_order_that_cannot_be_is_explained)
{
    static const char *const cases[][2] = {
        {"dance", "'dance' is no order"},
        {"help", "register NUMBER"},
        {"update", "not understood"},
        {"update 1 sms manual ftp://h/p", "no module with IMEI 1 is registered"},
        {"update " IMEI_A " pigeon manual ftp://h/p", "not understood"},
        {"update " IMEI_A " sms perhaps ftp://h/p", "not understood"},
        {"update " IMEI_A " sms manual http://h/p", "not understood"},
        {"update " IMEI_A " sms manual ftp://h", "not understood"},
        {"update " IMEI_A " sms manual ftp:///p", "not understood"},
        {"update " IMEI_A " sms manual ftp://h:99999/p", "not understood"},
        {"update " IMEI_A
         " sms manual ftp://hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh/"
         "pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp",
            "an SMS has at most 160 characters"},
        {"update " IMEI_A " sms manual ftp://h:21x/p", "not understood"},
        {"test " IMEI_A, "not understood"},
        {"test " IMEI_A " sms manual", "not understood"},
        {"query " IMEI_A " now", "not understood"},
        {"register +391 now", "not understood"},
        {"test 1 sms", "no module"},
        {"provision " IMEI_A, "not understood"},
        {"provision 1 a", "no module"},
        {"query 1", "no module"},
        {"register", "not understood"},
        {"sms +391", "not understood"},
    };
    struct fwd_smscenter c;

    unlink(scratch_path("orders.json"));
    open_center(&c, "orders.json");
    fwd_smscenter_receive(&c, "+391", REG(IMEI_A, "222010000000001", "+391"));
    order(&c, cases[_i][0], cases[_i][1]);
    fwd_smscenter_close(&c);
}
END_TEST

START_TEST(what_strangers_say_changes_nothing)
{
    static const char *const lines[] = {"", "hello", "FWOTA1", "FWOTA2 0 REG imei=" IMEI_A,
        "FWOTA1 0 REG imei=" IMEI_A, "FWOTA1 0 REG imei=1 imsi=222010000000001",
        "FWOTA1 9 FINAL imei=" IMEI_A " result=128", "FWOTA1 0 HELLO imei=" IMEI_B,
        "FWOTA1 99999999999 REG imei=" IMEI_A " imsi=1", "FWOTA1 0 REG imei=" IMEI_A " imsi=%zz"};
    struct fwd_smscenter c;

    unlink(scratch_path("strangers.json"));
    open_center(&c, "strangers.json");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        fwd_smscenter_receive(&c, NULL, lines[i]);
    ck_assert_str_eq(said, "");
    ck_assert_str_eq(replied, "");
    ck_assert_uint_eq(json_object_size(json_object_get(c.root, "modules")), 0);
    fwd_smscenter_close(&c);
}
END_TEST

START_TEST(a_file_that_is_no_state_is_refused)
{
    struct fwd_smscenter c = {.say = say, .reply = reply, .deliver = deliver};
    struct fwd_error err = {""};

    scratch_write_text("wrong.json", "{\"number\": 3}\n");
    ck_assert_int_eq(
        fwd_smscenter_open(&c, scratch_path("wrong.json"), NULL, &err), FWD_FAIL_REFUSED);
    ck_assert_ptr_nonnull(strstr(err.text, "expected the state of"));
    fwd_smscenter_close(&c);
}
END_TEST

/* ---- two modules, one SIM too few (R200) ----------------------------------------------------- */

static void insert(struct module_rig *rig, const char *imsi, const char *number)
{
    snprintf(rig->modem->store.imsi, sizeof rig->modem->store.imsi, "%s", imsi);
    snprintf(rig->modem->store.number, sizeof rig->modem->store.number, "%s", number);
    fwd_modem_save(rig->modem);
    module_rig_power_cycle(rig);
    module_rig_pass(rig, 10000);
}

/* What the module has sent goes to the server, and its answers back. */
static void exchange(struct fwd_smscenter *c, struct module_rig *rig)
{
    const char *number = rig->modem->store.number, *text;

    for (int i = 0; i < 4; i++) {
        module_rig_pass(rig, 1000);
        while (rig->sent_taken < rig->sent_count)
            fwd_smscenter_receive(c, number, rig->sent[rig->sent_taken++].text);
        rig->sent_taken = rig->sent_count = 0;
        while ((text = sms_to(c, number))[0] != '\0')
            fwd_at_hooks_sms(rig->modem, "+390001", "7", text);
    }
}

START_TEST(a_sim_that_comes_back_registers_only_when_forced)
{
    struct fwd_smscenter c;
    struct module_rig *a = module_rig_alloc(), *b = module_rig_alloc();
    char line[100];

    unlink(scratch_path("swap.json"));
    open_center(&c, "swap.json");
    module_rig_new(a, "dual-slot", "telit-pfm");
    module_rig_new(b, "dual-slot", "telit-pfm");
    insert(a, "222010000000001", "+391");
    insert(b, "222010000000002", "+392");
    module_rig_expect(a, "AT#OTASNAP=\"+390001\"", "OK");
    module_rig_expect(b, "AT#OTASNAP=\"+390001\"", "OK");
    exchange(&c, a);
    exchange(&c, b);
    insert(b, "222010000000001", "+391"); /* A's SIM goes into B, which registers */
    exchange(&c, b);
    ck_assert_ptr_nonnull(strstr(said, "its SIM 222010000000001 is now in"));
    insert(a, "222010000000001", "+391"); /* and comes back: A sees nothing new */
    exchange(&c, a);
    snprintf(line, sizeof line, "update %s sms automatic ftp://h/p", a->modem->store.imei);
    order(&c, line, "no SIM is known for it");
    order(&c, "register +391", "");
    exchange(&c, a);
    order(&c, line, "commanded");
    module_rig_free(a);
    module_rig_release(a);
    module_rig_free(b);
    module_rig_release(b);
    fwd_smscenter_close(&c);
}
END_TEST

int main(void)
{
    return module_rig_main("smscenter", (const struct module_rig_test[]){
                                            {an_update_by_sms_is_seen_through, 1},
                                            {an_update_by_tcp_is_told_where_the_package_is, 2},
                                            {an_order_that_cannot_be_is_explained, 18},
                                            {what_strangers_say_changes_nothing, 1},
                                            {a_file_that_is_no_state_is_refused, 1},
                                            {a_sim_that_comes_back_registers_only_when_forced, 1},
                                            {NULL, 0},
                                        });
}
