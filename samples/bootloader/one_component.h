/* Limits of the device library in this boot loader (format/config.h). */
#define FWD_CONFIG_COMPONENTS    1
#define FWD_CONFIG_SIGNED        1024
#define FWD_CONFIG_JOURNAL_BANKS 3
