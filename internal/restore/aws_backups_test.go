package restore

import (
	"fmt"
	"time"
)

func (w *twin) describeRecovery(in object) (object, *refusal) {
	_, made, no := w.look(in)
	if no != nil {
		return nil, refuse("TableNotFoundException", "%s", no.says)
	}
	recovery := object{"PointInTimeRecoveryStatus": "DISABLED"}
	if made.recovery {
		recovery = object{
			"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 35,
			"EarliestRestorableDateTime": float64(w.earliest().Unix()), "LatestRestorableDateTime": float64(w.now.Unix()) + 0.25,
		}
	}
	return object{"ContinuousBackupsDescription": object{"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}}, nil
}

// earliest is where the recovery of the table begins.
func (w *twin) earliest() time.Time {
	if len(w.moments) == 0 {
		return w.now
	}
	return w.moments[0].at
}

func (w *twin) updateRecovery(in object) (object, *refusal) {
	_, made, no := w.ready(in)
	switch {
	case no != nil:
		return nil, no
	case made.backupsBusy:
		made.backupsBusy = false
		return nil, refuse("ContinuousBackupsUnavailableException", "Backups are being enabled for the table. Please retry later")
	}
	spec, _ := in["PointInTimeRecoverySpecification"].(object)
	made.recovery = spec["PointInTimeRecoveryEnabled"] == true
	return object{}, nil
}

func (w *twin) restoreMoment(in object) (object, *refusal) {
	source := w.tables[text(in, "SourceTableName")]
	at := instant(in["RestoreDateTime"])
	switch {
	case source == nil:
		return nil, refuse("TableNotFoundException", "Table not found")
	case !source.recovery:
		return nil, refuse("PointInTimeRecoveryUnavailableException", "Point in time recovery is not enabled")
	case at.Before(w.earliest()) || at.After(w.now):
		return nil, refuse("InvalidRestoreTimeException", "%v", at)
	}
	then := w.moments[0]
	for _, m := range w.moments {
		if !m.at.After(at) {
			then = m
		}
	}
	return w.restore(in, "Moment", then.items)
}

// restore makes a table that has the items, and none of the settings.
func (w *twin) restore(in object, kind string, items []item) (object, *refusal) {
	name := text(in, "TargetTableName")
	if w.tables[name] != nil {
		return nil, refuse("TableAlreadyExistsException", "Table already exists: %s", name)
	}
	if name == w.table() && w.running() != nil {
		w.t.Errorf("the table is restored while %q may write to it", w.running())
	}
	w.create(name, kind, items)
	return object{"TableDescription": object{"TableStatus": "CREATING"}}, nil
}

func (w *twin) createBackup(in object) (object, *refusal) {
	name, made, no := w.ready(in)
	switch {
	case no != nil:
		return nil, refuse("TableInUseException", "%s", no.says)
	case made.backupsBusy:
		made.backupsBusy = false
		return nil, refuse("ContinuousBackupsUnavailableException", "Backups are being enabled for the table. Please retry later")
	}
	w.made++
	b := &madeBackup{arn: w.arn(fmt.Sprint(name, "/backup/", w.made)), name: text(in, "BackupName"), table: name, id: made.id, busy: 2, items: w.items(name)}
	w.backups = append(w.backups, b)
	return object{"BackupDetails": object{"BackupArn": b.arn}}, nil
}

func (w *twin) listBackups(in object) (object, *refusal) {
	found := []any{}
	for _, b := range w.backups {
		if b.table != text(in, "TableName") {
			continue
		}
		status := "AVAILABLE"
		if b.busy > 0 {
			b.busy--
			status = "CREATING"
		}
		found = append(found, object{"TableName": b.table, "TableId": b.id, "BackupArn": b.arn, "BackupName": b.name, "BackupStatus": status, "BackupType": "USER"})
	}
	return object{"BackupSummaries": found}, nil
}

func (w *twin) backup(in object) int {
	for i, b := range w.backups {
		if b.arn == text(in, "BackupArn") {
			return i
		}
	}
	return -1
}

func (w *twin) deleteBackup(in object) (object, *refusal) {
	i := w.backup(in)
	if i < 0 {
		return nil, refuse("BackupNotFoundException", "%v", in)
	}
	w.backups = append(w.backups[:i], w.backups[i+1:]...)
	return object{}, nil
}

func (w *twin) restoreBackup(in object) (object, *refusal) {
	i := w.backup(in)
	if i < 0 {
		return nil, refuse("BackupNotFoundException", "%v", in)
	}
	if w.backups[i].busy > 0 {
		return nil, refuse("BackupInUseException", "%v", in)
	}
	return w.restore(in, "Backup", w.backups[i].items)
}
