#include "tests/module/transport/server_rig.h"

#include "tests/hostio/scratch_folder.h"
#include "tests/module/peer_process.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* splitmix64: nothing that a compressor makes smaller */
uint8_t rig_byte(size_t offset)
{
    uint64_t x = ((uint64_t)offset + 1) * 0x9E3779B97F4A7C15u;

    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return (uint8_t)(x ^ x >> 31);
}

void rig_files(void)
{
    uint8_t *bytes = malloc(RIG_SIZE);

    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i < RIG_SIZE; i++)
        bytes[i] = rig_byte(i);
    ck_assert(scratch_run("mkdir root empty temp"));
    scratch_write(RIG_FILE, bytes, RIG_SIZE);
    scratch_write("root/small.upd", bytes, 1000);
    scratch_write("root/a b%41;type=a.upd", bytes, 1000);
    free(bytes);
}

static void folder(char *path, size_t size)
{
    (void)snprintf(path, size, "%s", scratch_path(""));
    path[strlen(path) - 1] = 0;
}

void rig_start_ftp(struct rig_server *server, bool again)
{
    char here[256], text[4096];
    const char *argv[] = {peer_find("vsftpd"), NULL, NULL};

    ck_assert_msg(argv[0] != NULL, "vsftpd is not installed");
    folder(here, sizeof here);
    if (!again)
        server->port = peer_free_port();
    (void)snprintf(text, sizeof text,
        "listen=YES\nbackground=NO\nlisten_address=127.0.0.1\nlisten_port=%u\n"
        "run_as_launching_user=YES\nanonymous_enable=YES\nlocal_enable=NO\n"
        "secure_email_list_enable=YES\nemail_password_file=%s/passwords\nanon_root=%s/root\n"
        "secure_chroot_dir=%s/empty\nseccomp_sandbox=NO\nisolate=NO\nisolate_network=NO\n"
        "allow_writeable_chroot=YES\nanon_max_rate=%u\nxferlog_enable=NO\nport_enable=YES\n",
        (unsigned)server->port, here, here, here, RIG_RATE);
    scratch_write_text("vsftpd.conf", text);
    scratch_write_text("passwords", RIG_PASSWORD "\n");
    argv[1] = scratch_path("vsftpd.conf");
    server->pid = peer_start(argv, -1, -1);
    ck_assert_msg(peer_listens(server->port), "vsftpd did not start");
}

static void make_certificate(void)
{
    ck_assert(scratch_run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
                          "-keyout key.pem -out ca.pem -days 2 -subj /CN=localhost "
                          "-addext subjectAltName=DNS:localhost 2>openssl.log"));
}

static void configure_nginx(const struct rig_server *server)
{
    char here[256], text[8192];

    folder(here, sizeof here);
    (void)snprintf(text, sizeof text,
        "daemon off; master_process off; pid %s/nginx.pid; error_log %s/error.log;\n"
        "events { worker_connections 64; }\n"
        "http {\n"
        "  access_log off; default_type application/octet-stream;\n"
        "  client_body_temp_path %s/temp; proxy_temp_path %s/temp; fastcgi_temp_path %s/temp;\n"
        "  uwsgi_temp_path %s/temp; scgi_temp_path %s/temp;\n"
        "  server {\n"
        "    listen 127.0.0.1:%u; listen 127.0.0.1:%u ssl;\n"
        "    ssl_certificate %s/ca.pem; ssl_certificate_key %s/key.pem; root %s/root;\n"
        "    location /slow/ { alias %s/root/; limit_rate %u; }\n"
        "    location /secret/ { alias %s/root/; auth_basic x; auth_basic_user_file %s/users; }\n"
        "    location /moved { return 302 /small.upd; }\n"
        "    location /broken { return 503; }\n"
        "    location /whole/ { alias %s/root/; max_ranges 0; }\n"
        "  }\n"
        "}\n",
        here, here, here, here, here, here, here, (unsigned)server->port, (unsigned)server->secure,
        here, here, here, here, RIG_RATE, here, here, here);
    scratch_write_text("nginx.conf", text);
    scratch_write_text("users", RIG_USER ":{PLAIN}" RIG_PASSWORD "\n");
}

void rig_start_http(struct rig_server *server, bool again)
{
    char prefix[256], config[512], log[512];
    const char *argv[] = {peer_find("nginx"), "-p", prefix, "-c", config, "-e", log, NULL};

    ck_assert_msg(argv[0] != NULL, "nginx is not installed");
    if (!again) {
        server->port = peer_free_port();
        do
            server->secure = peer_free_port();
        while (server->secure == server->port);
        make_certificate();
        configure_nginx(server);
    }
    folder(prefix, sizeof prefix);
    (void)snprintf(config, sizeof config, "%s/nginx.conf", prefix);
    (void)snprintf(log, sizeof log, "%s/error.log", prefix);
    server->pid = peer_start(argv, -1, -1);
    ck_assert_msg(peer_listens(server->port), "nginx did not start");
}

void rig_stop(struct rig_server *server)
{
    (void)peer_stop(&server->pid, SIGKILL);
}

void rig_act_stop(void *ctx)
{
    rig_stop(ctx);
}

void rig_act_cancel(void *ctx)
{
    fwd_transfer_cancel(ctx);
}

void rig_open(struct rig_download *download)
{
    struct fwd_error err = {""};

    memset(download, 0, sizeof *download);
    download->bytes = malloc(RIG_SIZE);
    download->room = RIG_SIZE;
    ck_assert_ptr_nonnull(download->bytes);
    ck_assert_msg(fwd_transfer_new(&download->t, &err) == FWD_FAIL_NONE, "%s", err.text);
}

void rig_close(struct rig_download *download)
{
    fwd_transfer_free(download->t);
    free(download->bytes);
}

static bool sink(void *ctx, const uint8_t *data, size_t size)
{
    struct rig_download *download = ctx;

    if (download->size + size > download->room)
        return false;
    memcpy(download->bytes + download->size, data, size);
    download->size += size;
    return true;
}

static int now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int)(now.tv_sec % 1000000 * 1000 + now.tv_nsec / 1000000);
}

static void turn(struct rig_download *download)
{
    struct pollfd fds[FWD_TRANSFER_FDS];
    int timeout = -1;
    size_t count = fwd_transfer_fds(download->t, fds, FWD_TRANSFER_FDS, &timeout);

    ck_assert_msg(count > 0 || timeout >= 0, "nothing to wait for");
    ck_assert_int_ge(poll(fds, (nfds_t)count, timeout), 0);
    int started = now_ms();
    fwd_transfer_perform(download->t);
    if (now_ms() - started > download->longest_ms)
        download->longest_ms = now_ms() - started;
}

struct fwd_transfer_report rig_run(
    struct rig_download *download, struct fwd_transfer_request request)
{
    struct fwd_error err = {""};

    request.sink = sink;
    request.ctx = download;
    ck_assert_msg(fwd_transfer_start(download->t, &request, &err) == FWD_FAIL_NONE, "%s", err.text);
    while (fwd_transfer_state(download->t) == FWD_TRANSFER_RUNNING) {
        turn(download);
        if (download->act != NULL && download->size >= download->act_at) {
            download->act(download->ctx);
            download->act = NULL;
        }
    }
    return fwd_transfer_report(download->t);
}

void rig_expect_file(const struct rig_download *download)
{
    size_t wrong = 0;

    ck_assert_uint_eq(download->size, RIG_SIZE);
    for (size_t i = 0; i < RIG_SIZE; i++)
        wrong += download->bytes[i] != rig_byte(i);
    ck_assert_uint_eq(wrong, 0);
}
