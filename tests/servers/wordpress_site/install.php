<?php
// Sets the site up and prints the editor's name and application password as one line of JSON.
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = parse_url(getenv('SITE_URL'), PHP_URL_HOST) . ':' . parse_url(getenv('SITE_URL'), PHP_URL_PORT);
$_SERVER['REQUEST_METHOD'] = 'GET';
require __DIR__ . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('The office', 'admin', 'admin@example.com', true, '', wp_generate_password());
update_option('permalink_structure', '/%postname%/');
$editor = wp_insert_user([
    'user_login' => 'editor',
    'user_email' => 'editor@example.com',
    'user_pass' => wp_generate_password(),
    'role' => 'editor',
]);
[$password] = WP_Application_Passwords::create_new_application_password($editor, ['name' => 'desk']);
echo "\n", json_encode(['editor' => 'editor', 'app_password' => $password]), "\n";
