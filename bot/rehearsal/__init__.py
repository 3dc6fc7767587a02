"""Scripted WeChats in virtual time: scenarios go in, transcripts come out."""
