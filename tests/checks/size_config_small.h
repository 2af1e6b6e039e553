/* For part_table.sh: a device with one component. */
#define FWD_CONFIG_COMPONENTS    1
#define FWD_CONFIG_SIGNED        1024
#define FWD_CONFIG_JOURNAL_BANKS 3
#define FWD_CONFIG_SIGNATURES    1
