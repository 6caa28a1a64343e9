-- Tickets of three years in one project, as Redmine's own forms leave them, open to anybody who looks.
UPDATE settings SET value = '0' WHERE name = 'login_required';
INSERT INTO projects (name, identifier, description, is_public, status, lft, rgt, created_on, updated_on)
  VALUES ('情報システム運用', 'desk', '', true, 1, 1, 2, now(), now());
INSERT INTO enabled_modules (project_id, name) SELECT id, 'issue_tracking' FROM projects;
INSERT INTO projects_trackers (project_id, tracker_id) SELECT p.id, t.id FROM projects p, trackers t;
INSERT INTO issues (tracker_id, project_id, subject, description, status_id, priority_id, author_id, assigned_to_id,
                    lock_version, done_ratio, is_private, created_on, updated_on, start_date, due_date)
  SELECT (SELECT id FROM trackers ORDER BY id LIMIT 1 OFFSET n % 3),
         (SELECT id FROM projects LIMIT 1),
         (ARRAY['パソコンが起動しない', 'プリンターが印刷できない', 'メールが届かない', 'ネットワークにつながらない', 'パスワードを忘れた',
                'ソフトの導入について', '画面が固まる', '共有フォルダが開けない'])[1 + n % 8] || '（' ||
         (ARRAY['財政課', '市民課', '税務課', '福祉課', '教育委員会', '水道局', '総務課', '建設課'])[1 + (n / 8) % 8] || '）' || n,
         '内線 ' || (1000 + n % 9000) || ' から。PC-' || lpad((n % 7900)::text, 5, '0') || ' 今朝から発生。再起動しても変わらない。',
         (SELECT id FROM issue_statuses ORDER BY position LIMIT 1 OFFSET CASE WHEN n % 50 = 0 THEN 0 WHEN n % 50 = 1 THEN 1 ELSE 4 END),
         (SELECT id FROM enumerations WHERE type = 'IssuePriority' ORDER BY position LIMIT 1 OFFSET n % 4),
         1, CASE WHEN n % 3 = 0 THEN 1 END, 0, 0, false,
         now() - (:count - n) * interval '15 minutes', now() - (:count - n) * interval '15 minutes' + interval '3 hours',
         (now() - (:count - n) * interval '15 minutes')::date, (now() - (:count - n) * interval '15 minutes')::date + 3
  FROM generate_series(1, :count) AS n;
UPDATE issues SET root_id = id, lft = 1, rgt = 2;
ANALYZE;
