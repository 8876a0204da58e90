"""Cases (案件): filing, people, investigation, evidence, goods and amounts, screening for crime."""
