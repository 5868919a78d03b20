"""The rescue desk: jobs that were or may have been paid and are not saved."""

from flux_studio.ui.rescue.dialog import RescueDialog as RescueDialog
