// Pupils and their placements: leavers, progress, inclusion and money in the termly report (S74 a, b, d, e), each pupil in
// all settings (S75), and what is asked for by pupil (S77). Every pupil that is read is noted in the audit.
import { addDays, schoolYear } from '#lib/dates.ts';
import { graphql } from '#lib/graph/graphql.ts';
import type { Chapter } from './example.ts';

const Leavers = graphql(`
	query Leavers($since: Date!) {
		placements(first: 100, where: { endedOn: { gte: $since }, pupil: { yearGroup: { eq: 11 } } }, orderBy: [{ field: ENDED_ON, direction: DESC }]) {
			totalCount
			edges { node { startsOn targetEndsOn endedOn endReason purpose provider { name } onRollSchool { name } pupil { initials } } }
		}
	}
`);
const PastTarget = graphql(`
	query PastTheirTarget($day: Date!) {
		placements(first: 100, where: { state: { eq: ACTIVE }, targetEndsOn: { lt: $day } }, orderBy: [{ field: TARGET_ENDS_ON }]) {
			totalCount
			edges { node { purpose startsOn targetEndsOn provider { name } onRollSchool { name } pupil { initials yearGroup } } }
		}
	}
`);
const WithNeeds = graphql(`
	query PlacedWithAPlanOrLookedAfter {
		placements(first: 100, where: { state: { eq: ACTIVE }, or: [{ pupil: { senProvision: { eq: EHCP } } }, { pupil: { lookedAfter: { eq: YES } } }] }) {
			totalCount
			edges { node { weeklyMinutes provider { name registered } pupil { initials yearGroup senProvision primaryNeed lookedAfter } } }
		}
	}
`);
const Cost = graphql(`
	query WhatPlacementsCost {
		placements(first: 100, where: { state: { eq: ACTIVE } }, orderBy: [{ field: RATE, direction: DESC }]) {
			totalCount
			edges { node { rate rateBasis weeklyMinutes startsOn targetEndsOn provider { name kind } onRollSchool { name } } }
		}
	}
`);
const Kinds = graphql(`
	query ProvisionInUse {
		placements(first: 100, where: { state: { eq: ACTIVE } }) {
			totalCount
			edges { node { weeklyMinutes provider { kind registered name } pupil { yearGroup primaryNeed } } }
		}
	}
`);
const Settings = graphql(`
	query SettingsOfEachPupil {
		pupils(first: 50, where: { placements: { some: { state: { eq: ACTIVE } } } }) {
			totalCount
			edges {
				node {
					initials
					yearGroup
					school { name }
					placements(first: 10, where: { state: { eq: ACTIVE } }) { edges { node { startsOn weeklyMinutes provider { name } } } }
				}
			}
		}
	}
`);
const Marks = graphql(`
	query MarksOfAWeek($from: Date!) {
		attendanceMarks(first: 100, where: { date: { gte: $from } }, orderBy: [{ field: DATE, direction: DESC }]) {
			totalCount
			edges { node { date session code minutesLate provider { name } pupil { initials yearGroup } } }
		}
	}
`);
const Profiles = graphql(`
	query ProfilesOfPlacedPupils {
		pupils(first: 100, where: { placements: { some: { state: { eq: ACTIVE } } } }) {
			totalCount
			edges { node { id initials dateOfBirth yearGroup senProvision primaryNeed lookedAfter school { name } } }
		}
	}
`);
const Attendance = graphql(`
	query AttendanceOfPlacedPupils($from: Date!) {
		pupils(first: 20, where: { placements: { some: { state: { eq: ACTIVE } } } }) {
			totalCount
			edges { node { id yearGroup marks(first: 60, where: { date: { gte: $from } }) { edges { node { date session code provider { name } } } } } }
		}
	}
`);

export const PUPILS: Chapter = {
	title: 'Pupils and placements',
	examples: [
		{ question: 'In which settings is each pupil now?', document: Settings, ofPupils: true },
		{ question: 'What was marked in all settings in the past week?', document: Marks, variables: (day) => ({ from: addDays(day, -7) }), ofPupils: true },
		{ question: 'How did each placed pupil attend in the past month, wherever they were?', document: Attendance, variables: (day) => ({ from: addDays(day, -30) }), ofPupils: true },
		{ question: 'Who are the pupils placed now: age, year, need and school?', document: Profiles, ofPupils: true },
		{ question: 'Which kinds of provision are used now, for how many hours a week?', document: Kinds, ofPupils: true },
		{ question: 'Which placements are past their target end date, and what were they for?', document: PastTarget, variables: (day) => ({ day }), ofPupils: true },
		{ question: 'Which placements of Year 11 ended this school year, and why?', document: Leavers, variables: (day) => ({ since: schoolYear(day) }), ofPupils: true },
		{ question: 'Who of those placed now has an EHC plan or is looked after?', document: WithNeeds, ofPupils: true },
		{ question: 'What does each running placement cost, for how many hours?', document: Cost, ofPupils: true },
	],
};
